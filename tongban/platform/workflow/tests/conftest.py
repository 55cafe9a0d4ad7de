from datetime import date

import pytest

from tests.snapshots import snapshot
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.tests.drawings import TWO_BRANCHES, bpmn


@pytest.fixture
def calendar(db):
    """The working days that come with the house."""
    codes.forget()
    snapshot("codes", codes.load_shipped, of="codes_")
    yield
    codes.forget()


@pytest.fixture
def market(db):
    return Department.objects.create(
        key="market-regulation", name="云泽市市场监督管理局", path="city/market-regulation/"
    )


@pytest.fixture
def fire(db):
    return Department.objects.create(key="fire-rescue", name="云泽市消防救援支队", path="city/fire-rescue/")


@pytest.fixture
def official():
    """Make an official: official(name, department, duties…, area=prefix)."""

    def make(name, department, *duties, area=""):
        account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
        role = identity.define_role(actor=SYSTEM, key=f"role-{account.pk}", name=name, duties=duties)
        identity.appoint(
            actor=SYSTEM, account=account, department=department, role=role, area=area, valid_from=date(2026, 1, 1)
        )
        return identity.actor_of(Account.objects.get(pk=account.pk))

    return make


@pytest.fixture
def wu(official, market):
    return official("吴志远", market, "cases.accept", "cases.review", "cases.approve")


@pytest.fixture
def he(official, fire):
    return official("何岚", fire, "cases.inspect")


DUTIES = {kind: f"cases.{kind}" for kind in ("accept", "review", "inspect", "approve")}


@pytest.fixture
def begun(market, fire):
    """Begin a process: begun(), begun(INSTANT, subject="case:2")."""

    def begin(text=TWO_BRANCHES, subject="case:1", **more):
        definition = workflow.ProcessDefinition(bpmn=bpmn(text), duties=more.pop("duties", DUTIES))
        roles = {"window": market.pk, "review": market.pk, "inspection": fire.pk, "approver": market.pk}
        return workflow.start(actor=SYSTEM, definition=definition, subject=subject, roles=roles, area="990102", **more)

    return begin
