import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.federation import rules
from tongban.platform.federation import services as federation
from tongban.platform.federation.models import RelyingParty
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.identity.sessions import SessionStore

BACK = "https://museum.example/back"
VERIFIER = "a" * 43
KEY = ECKey.generate_key("P-256", {"kid": "museum-1"})


@pytest.fixture
def account(db) -> Account:
    return identity.open_account(
        actor=SYSTEM, login="lin.xiaoyun", name="林晓云", kind="person", email="lin@yunze.example"
    )


@pytest.fixture
def museum(db) -> RelyingParty:
    return federation.admit(
        actor=SYSTEM,
        title="云泽博物馆",
        purpose="预约参观",
        redirect_uris=[BACK],
        logout_uris=["https://museum.example/out"],
        keys=json.dumps({"keys": [KEY.as_dict(private=False)]}),
        scopes=["profile", "offline_access"],
    )


@pytest.fixture
def browser(account) -> Client:
    session = SessionStore()
    session.begin(account, address="127.0.0.1", device="tests", methods="pwd otp")
    session.save()
    client = Client()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@pytest.fixture
def facts(db):
    return lambda name: [fact.data for fact in Fact.objects.filter(name=f"federation.{name}").order_by("pk")]


def asking(party: RelyingParty, **other: str) -> dict[str, str]:
    return {
        "client_id": party.handle,
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": "openid profile offline_access",
        "state": "xyz",
        "nonce": "n-1",
        "code_challenge": rules.challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **other,
    }


def address(party: RelyingParty, **other: str) -> str:
    return f"/federation/authorize/?{urlencode(asking(party, **other))}"


def answer(response) -> dict[str, str]:
    """Return what the system is told by the address that a person is sent back to."""
    assert response.status_code == 302, response.content.decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(response.url).query).items()}


def agreed(browser: Client, party: RelyingParty, **other: str) -> str:
    return answer(browser.post(address(party, **other), {"agree": "yes"}))["code"]


def proof(party: RelyingParty, key: ECKey = KEY, **other) -> dict[str, str]:
    now = int(clock.now().timestamp())
    claims = {"iss": party.handle, "sub": party.handle, "aud": federation.issuer(), "exp": now + 60}
    claims |= {"iat": now, "jti": ids.token(16), **other}
    return {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key),
    }


def exchanged(party: RelyingParty, code: str, **other: str):
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    return Client().post("/oauth/token", {**sent, **proof(party), **other})


def renewed(party: RelyingParty, token: str):
    return Client().post("/oauth/token", {"grant_type": "refresh_token", "refresh_token": token, **proof(party)})
