from datetime import date

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.identity import services as identity
from tongban.platform.licences import services as licences
from tongban.platform.parties import services as parties
from tongban.platform.seals import services as seals

KIND_CODE = "11100000MB03271699001"


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.VAR = tmp_path


@pytest.fixture
def market(db):
    department = identity.put_department(
        actor=SYSTEM,
        key="market-regulation",
        name="云泽市市场监督管理局",
        uscc="11990100MB0990016L",
        area="990100",
    )
    seals.make(actor=SYSTEM, department=department, name="电子证照专用章", valid_from=date(2020, 1, 1))
    return department


@pytest.fixture
def health(db):
    department = identity.put_department(
        actor=SYSTEM, key="health", name="云泽市卫生健康委员会", uscc="11990100MB0990024F", area="990100"
    )
    seals.make(actor=SYSTEM, department=department, name="电子证照专用章", valid_from=date(2020, 1, 1))
    return department


@pytest.fixture
def lin(db):
    account = identity.open_account(
        actor=SYSTEM, login="lin.xiaoyun", name="林晓云", kind="person", password="hetang-yuese-37"
    )
    return parties.register_person(actor=SYSTEM, name="林晓云", id_number="11010519491231002X", account=account)


@pytest.fixture
def zhou(db):
    account = identity.open_account(
        actor=SYSTEM, login="zhou.wenbo", name="周文博", kind="person", password="hetang-yuese-37"
    )
    return parties.register_person(actor=SYSTEM, name="周文博", id_number="440524188001010014", account=account)


@pytest.fixture
def hexiang(db):
    return parties.register_organisation(actor=SYSTEM, name="云泽市禾香餐饮有限公司", uscc="91110000MA001AAA54")


@pytest.fixture
def give(market, hexiang):
    """Issue a food licence, changed where the test says so."""

    def give_(*, actor=SYSTEM, **changes):
        order = {
            "kind": "food-business-licence",
            "kind_name": "食品经营许可证",
            "kind_code": KIND_CODE,
            "number": "JY2{area}{serial:06}{check}",
            "holder": hexiang,
            "issuer": market,
            "subject": "case:1",
            "valid_from": date(2026, 1, 1),
            "valid_until": date(2099, 12, 31),
            "face": {"经营者名称": "云泽市禾香餐饮有限公司", "经营项目": "热食类食品制售"},
        }
        return licences.issue(actor=actor, order=licences.Order(**(order | changes)))

    return give_


def an_official(department, *duties, account=900):
    grants = tuple(Grant(duty, frozenset([department.pk]), department.area) for duty in duties)
    return Actor("staff", account=account, name="吴志远", grants=grants)


def standing_for(party, account=901):
    return Actor("person", account=account, name=party.name, party=party.pk)
