import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.parties import services as parties


def person(login: str, name: str, number: str) -> Account:
    account = identity.open_account(actor=SYSTEM, login=login, name=name, kind="person")
    parties.register_person(actor=SYSTEM, name=name, id_number=number, account=account)
    return account


@pytest.fixture
def account(db) -> Account:
    return person("lin.xiaoyun", "林晓云", "990102199003124024")


@pytest.fixture
def lin(account) -> Actor:
    return parties.with_party(identity.actor_of(account), chosen=None)


@pytest.fixture
def clerk_account(db) -> Account:
    return clerk_of("chen.jing", "陈静")


@pytest.fixture
def clerk(clerk_account) -> Actor:
    return identity.actor_of(clerk_account)


def clerk_of(login: str, name: str) -> Account:
    office = identity.put_department(actor=SYSTEM, key="services", name="政务服务局", area="990100")
    role = identity.define_role(
        actor=SYSTEM, key="window", name="窗口", duties=["personcode.scan", "parties.find"], portal="counter"
    )
    account = identity.open_account(actor=SYSTEM, login=login, name=name, kind="staff")
    identity.appoint(actor=SYSTEM, account=account, role=role, department=office)
    return account


@pytest.fixture
def facts(db):
    return lambda name: [fact.data for fact in Fact.objects.filter(name=f"personcode.{name}").order_by("pk")]
