from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from tests.cast import Cast, found
from tests.snapshots import snapshot
from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import EnforcementOfficer, SupervisedEntity
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

# A Monday; no holidays in the weeks after it.
TODAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
OFFICE = "market-regulation"
OFFICIALS = {
    "manager": ("management", ("inspection.manage", "inspection.compare")),
    "officer": ("officer", ("inspection.inspect", "inspection.punish")),
    "second": ("officer", ("inspection.inspect", "inspection.punish")),
    "third": ("officer", ("inspection.inspect", "inspection.punish")),
    "lawyer": ("lawyer", ("inspection.review",)),
    "head": ("head", ("inspection.decide",)),
}


@pytest.fixture
def city(db) -> Cast:
    """A small city whose market office has a manager, three officers with cards, a lawyer and a head."""
    return snapshot("inspection", peopled)


@pytest.fixture(autouse=True)
def monday():
    with clock.at(TODAY):
        yield


def peopled() -> Cast:
    city = found()
    office = Department.objects.get(key=OFFICE)
    for name, (key, duties) in OFFICIALS.items():
        role = identity.define_role(actor=SYSTEM, key=f"inspection-{key}", name=key, duties=duties)
        account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
        identity.appoint(actor=SYSTEM, account=account, department=office, role=role)
        city.accounts[name] = account
    with clock.at(TODAY - timedelta(days=30)):
        for number, name in enumerate(("officer", "second", "third"), 1):
            inspection.card_officer(
                actor=SYSTEM,
                account=city.accounts[name],
                card=f"9901-{number:04}",
                department=office,
                valid_until=date(2028, 12, 31),
            )
        inspection.list_entity(
            actor=SYSTEM,
            name="云泽市临湖区云栖面馆",
            kind="catering",
            address="云泽市临湖区柳岸街15号",
            department=office,
            area="990102",
            party=city.people["company"],
            risk="C",
            source="信用风险分类",
            reason="上年度有两次不合格",
        )
    return city


@pytest.fixture
def scene(city):
    """What most stories begin with: the object, its officers, an inspection that is planned."""
    entity = SupervisedEntity.objects.with_names().get()
    officers = {one.account.name: one for one in EnforcementOfficer.objects.with_names()}
    pair = (officers["officer"], officers["second"])
    planned = inspection.plan_inspection(
        actor=city.actor("manager"),
        entity=entity,
        matter="food-service",
        method="on-site",
        officers=pair,
        planned_on=date(2026, 3, 3),
    )
    return SimpleNamespace(city=city, entity=entity, officers=officers, pair=pair, planned=planned)


FOUND = inspection.FieldRecord(
    outcome="case",
    answers={
        "licence": ("yes", ""),
        "health": ("no", "一名切配人员没有健康证明"),
        "storage": ("yes", ""),
        "disinfection": ("na", ""),
    },
    words="已当场说明。",
    signed="林晓云",
)


@pytest.fixture
def recorded(scene):
    scene.record = inspection.record(actor=scene.city.actor("officer"), inspection=scene.planned, found=FOUND)
    return scene


@pytest.fixture
def act(scene):
    """An act by the company, for the price marking rules, found today by two officers."""
    return inspection.ActFound(
        party=scene.city.people["company"],
        violation="price-marking",
        facts="货架商品无标价签。",
        violated_on=date(2026, 3, 2),
        officers=scene.pair,
        department=Department.objects.get(key=OFFICE),
        area="990102",
        entity=scene.entity,
    )


@pytest.fixture
def grave(act):
    """An act that may cost more than a hearing's threshold for an organisation would not reach."""
    return replace(act, violation="fire-exits", facts="安全出口被货物堵塞。")
