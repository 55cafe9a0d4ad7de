from datetime import date

import pytest
from django.test import Client

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties
from tongban.platform.registers import services as registers

PASSWORD = "hetang-yuese-37"
FIELDS = [
    {"name": "name", "title": "姓名", "class": "personal"},
    {"name": "born_on", "title": "出生日期", "class": "personal", "kind": "date"},
    {"name": "district", "title": "所在区", "class": "public"},
    {"name": "benefits", "title": "领取的补助", "class": "sensitive", "kind": "list"},
]
DATA = {"name": "林晓云", "born_on": "1990-03-07", "district": "临湖区", "benefits": ["低保"]}


@pytest.fixture
def departments(db):
    city = identity.put_department(actor=SYSTEM, key="city", name="云泽市人民政府", area="990100")
    return {
        key: identity.put_department(actor=SYSTEM, key=key, name=name, parent=city, area="990100")
        for key, name in (("public-security", "云泽市公安局"), ("health", "云泽市卫生健康委员会"))
    }


@pytest.fixture
def staff(departments):
    """Appoint an official with duties in a department; return the account."""

    def appoint(login, name, department, *duties):
        account = identity.open_account(actor=SYSTEM, login=login, name=name, kind="staff", password=PASSWORD)
        role = identity.define_role(actor=SYSTEM, key=f"role-{login}", name=name, duties=duties)
        identity.appoint(actor=SYSTEM, account=account, department=departments[department], role=role)
        return account

    return appoint


@pytest.fixture
def reviewer(staff):
    return staff("wu.zhiyuan", "吴志远", "public-security", "registers.look_up")


@pytest.fixture
def steward(staff):
    return staff("sun.yue", "孙悦", "public-security", "registers.steward")


@pytest.fixture
def person(db):
    account = identity.open_account(actor=SYSTEM, login="lin", name="林晓云", kind="person", password=PASSWORD)
    parties.register_person(actor=SYSTEM, name="林晓云", id_number="99010219900307002X", account=account)
    return account


@pytest.fixture
def stranger(db):
    account = identity.open_account(actor=SYSTEM, login="zhou", name="周文博", kind="person", password=PASSWORD)
    parties.register_person(actor=SYSTEM, name="周文博", id_number="99010319880515004X", account=account)
    return account


@pytest.fixture
def register(departments):
    return registers.declare(
        actor=SYSTEM,
        key="population",
        title="人口基本信息",
        department=departments["public-security"],
        holder="person",
        basis="户口登记条例",
        fields=FIELDS,
    )


@pytest.fixture
def entry(register, person):
    return registers.put(
        actor=SYSTEM, register="population", party=person.party, data=DATA, as_of=date(2026, 10, 31), source="人口库"
    )


@pytest.fixture
def as_actor():
    """Return the account as an actor, with the party it belongs to."""

    def build(account):
        actor = identity.actor_of(account)
        party = getattr(account, "party", None) if account.kind == "person" else None
        return parties_standing(actor, party)

    return build


def parties_standing(actor, party):
    return type(actor)(
        kind=actor.kind,
        account=actor.account,
        name=actor.name,
        party=party.pk if party else None,
        grants=actor.grants,
    )


@pytest.fixture
def browser():
    """Sign an account in and return its browser."""

    def sign_in(account):
        client = Client()
        answer = client.post("/identity/sign-in/", {"login": account.login, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return sign_in
