from datetime import timedelta

import pytest
from django.test import Client

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.signin import rules
from tongban.platform.signin import services as signin
from tongban.platform.signin.models import Authenticator

PASSWORD = "hetang-yuese-37"
SIGN_IN = "/identity/sign-in/"


@pytest.fixture
def open_account(db):
    def open_(login: str, kind: str = "person", name: str = "") -> Account:
        return identity.open_account(actor=SYSTEM, login=login, name=name or login, kind=kind, password=PASSWORD)

    return open_


@pytest.fixture
def person(open_account):
    return open_account("lin.xiaoyun", name="林晓云")


@pytest.fixture
def official(open_account):
    return open_account("wu.zhiyuan", "staff", "吴志远")


@pytest.fixture
def facts(db):
    """Return the data of every fact of a name."""
    return lambda name: [fact.data for fact in Fact.objects.filter(name=f"signin.{name}").order_by("pk")]


@pytest.fixture
def with_app():
    """Set up an authenticator app for an account; return its recovery codes."""

    def with_app_(account: Account) -> list[str]:
        actor = identity.actor_of(account)
        signin.begin_authenticator(actor=actor)
        # A while ago, so that the codes of this minute are still to be used.
        with clock.at(clock.now() - timedelta(minutes=5)):
            return signin.confirm_authenticator(actor=actor, code=code_of(account))

    return with_app_


def code_of(account: Account, ahead: int = 0) -> str:
    """Return what the account's app shows; ahead: so many periods later."""
    secret = Authenticator.objects.get(account=account).secret
    return rules.one_time_code(bytes.fromhex(secret), rules.counter_at(clock.now().timestamp()) + ahead)


def password(client: Client, account: Account, **more: str):
    return client.post(SIGN_IN, {"login": account.login, "password": PASSWORD, **more})


def is_signed_in(client: Client) -> bool:
    return client.get("/identity/sign-ins/").status_code == 200
