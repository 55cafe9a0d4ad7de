from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.counterparts import LocalCounterpart, running
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.parties import services as parties

NAME, NUMBER = "林晓云", "990102199003124024"
HER = {"name": NAME, "id_number": NUMBER, "level": "3"}


class VouchingCounterpart(LocalCounterpart):
    module, account_name = "tongban.city.vouching", "wechat.json"


@pytest.fixture(scope="session")
def vouching(tmp_path_factory) -> Iterator[dict[str, str]]:
    """The counterpart of both providers, in a process of its own."""
    folder = tmp_path_factory.mktemp("vouching")
    with running(VouchingCounterpart(folder)):
        yield {"national": str(folder / "national.json"), "wechat": str(folder / "wechat.json")}


@pytest.fixture
def providers(settings, vouching, db) -> None:
    settings.LINKING_NATIONAL, settings.LINKING_WECHAT = vouching["national"], vouching["wechat"]


@pytest.fixture
def owner(db) -> Account:
    account = identity.open_account(actor=SYSTEM, login="lin.xiaoyun", name=NAME, kind="person", email="lin@a.example")
    parties.register_person(actor=SYSTEM, name=NAME, id_number=NUMBER, account=account)
    return account


def browser(account: Account) -> Client:
    session = SessionStore()
    session.begin(account, address="127.0.0.1", device="tests")
    session.save()
    client = Client()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    return client


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def there(address: str, said: dict[str, str]) -> dict[str, str]:
    """Sign in on the provider's page; return what the address one is sent back to says."""
    opener = build_opener(Stay)
    opener.addheaders = []
    try:
        opener.open(Request(address.partition("#")[0], urlencode(said).encode()))
    except Exception as answer:
        where = answer.headers["Location"]
        return {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
    raise AssertionError("the provider sends nobody back")


def gone(client: Client, provider: str, said: dict[str, str], **asked: str) -> dict[str, str]:
    """Go to a provider and sign in there; return what is brought back."""
    return there(client.get(f"/linking/{provider}/start/", asked).url, said)


def came(client: Client, provider: str, brought: dict[str, str]):
    return client.get(f"/linking/{provider}/back/", brought)


def account_of(client: Client) -> int | None:
    key = client.cookies.get(django_settings.SESSION_COOKIE_NAME)
    found = SessionStore(key.value).account if key else None
    return found.pk if found else None


@pytest.fixture
def facts(db):
    return lambda name: [fact.data for fact in Fact.objects.filter(name=name).order_by("pk")]
