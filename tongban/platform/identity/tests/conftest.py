import pytest
from django.conf import settings
from django.test import Client

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account

PASSWORD = "hetang-yuese-37"


@pytest.fixture
def city(db):
    """A small administration: the city, market regulation with a branch, health."""
    city = identity.put_department(actor=SYSTEM, key="city", name="云泽市人民政府", area="990100")
    market = identity.put_department(actor=SYSTEM, key="market-regulation", name="市场监督管理局", parent=city)
    identity.put_department(actor=SYSTEM, key="market-branch", name="临湖分局", parent=market, area="990102")
    identity.put_department(actor=SYSTEM, key="health", name="卫生健康委员会", parent=city)
    return city


@pytest.fixture
def roles(db):
    reviewer = identity.define_role(actor=SYSTEM, key="reviewer", name="审查员", duties=["cases.review", "cases.read"])
    clerk = identity.define_role(actor=SYSTEM, key="clerk", name="窗口", duties=["cases.accept"], portal="counter")
    operator = identity.define_role(
        actor=SYSTEM, key="operator", name="运维", duties=["identity.manage", "identity.manage_tokens"]
    )
    return {"reviewer": reviewer, "clerk": clerk, "operator": operator}


@pytest.fixture
def open_account(db):
    def open_(login: str, kind: str = "person", name: str = "", password: str | None = PASSWORD) -> Account:
        return identity.open_account(actor=SYSTEM, login=login, name=name or login, kind=kind, password=password)

    return open_


@pytest.fixture
def person(open_account):
    return open_account("lin.xiaoyun", name="林晓云")


@pytest.fixture
def official(open_account):
    return open_account("wu.zhiyuan", "staff", "吴志远")


@pytest.fixture
def operator(city, roles, open_account):
    account = open_account("gao.fei", "staff", "高飞")
    identity.appoint(actor=SYSTEM, account=account, department=city, role=roles["operator"], subtree=True)
    return account


@pytest.fixture
def sign_in():
    """Sign an account in and return its browser."""

    def sign_in_(account: Account, password: str = PASSWORD) -> Client:
        client = Client(enforce_csrf_checks=False)
        answer = client.post("/identity/sign-in/", {"login": account.login, "password": password})
        assert answer.status_code == 302, answer.content.decode()
        assert settings.SESSION_COOKIE_NAME in client.cookies
        return client

    return sign_in_


@pytest.fixture
def facts(db):
    """Return the data of every fact of a name."""
    return lambda name: [fact.data for fact in Fact.objects.filter(name=f"identity.{name}").order_by("pk")]


SIGN_IN = "/identity/sign-in/"


def try_(client: Client, login: str, password: str = "wrong password"):
    return client.post(SIGN_IN, {"login": login, "password": password})


def is_signed_in(client: Client) -> bool:
    return client.get("/identity/sign-ins/").status_code == 200
