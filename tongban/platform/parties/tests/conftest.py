import pytest
from django.test import Client

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party

PASSWORD = "hetang-yuese-37"
LIN, ZHOU, LAW = "11010519491231002X", "440524188001010014", "34052419800101001X"
HOME = "云泽市临湖区荷塘路18号"
HEXIANG, OTHER = "91110000MA001AAA54", "92110105MA00XY1223"


def registered(login: str, name: str, number: str) -> Party:
    account = identity.open_account(actor=SYSTEM, login=login, name=name, kind="person", password=PASSWORD)
    return parties.register_person(
        actor=SYSTEM,
        name=name,
        id_number=number,
        account=account,
        phone="13812345678",
        address=HOME,
    )


def actor_of(party: Party, chosen: Party | None = None) -> Actor:
    """Return the person as the middleware would: asked anew, with whom they chose to act for."""
    actor = identity.actor_of(Account.objects.get(pk=party.account_id))
    return parties.with_party(actor, chosen=chosen.pk if chosen else None)


@pytest.fixture
def lin(db):
    return registered("lin.xiaoyun", "林晓云", LIN)


@pytest.fixture
def zhou(db):
    return registered("zhou.wenbo", "周文博", ZHOU)


@pytest.fixture
def owner(db):
    return registered("he.xiang", "何香", LAW)


@pytest.fixture
def company(owner):
    return parties.register_organisation(
        actor=SYSTEM, name="云泽市禾香餐饮有限公司", uscc=HEXIANG, legal_representative=owner
    )


@pytest.fixture
def clerk(db):
    account = identity.open_account(actor=SYSTEM, login="chen.jing", name="陈静", kind="staff", password=PASSWORD)
    hall = identity.put_department(actor=SYSTEM, key="government-services", name="政务服务和数据管理局")
    role = identity.define_role(
        actor=SYSTEM, key="clerk", name="窗口", duties=["parties.find", "parties.register"], portal="counter"
    )
    identity.appoint(actor=SYSTEM, account=account, department=hall, role=role)
    return account


@pytest.fixture
def sign_in():
    def sign_in_(account: Account) -> Client:
        client = Client()
        answer = client.post("/identity/sign-in/", {"login": account.login, "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return sign_in_


@pytest.fixture
def facts(db):
    return lambda name: [fact.data for fact in Fact.objects.filter(name=name).order_by("pk")]
