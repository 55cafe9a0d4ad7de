"""Authlib, which knows nothing of this house, lets somebody sign in: discovery, PKCE, a signed proof, the tokens."""

import json
from urllib.parse import urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.federation import services as federation
from tongban.platform.federation.tests.conftest import BACK, VERIFIER

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KEY = RSAKey.generate_key(2048, {"kid": "library-1"})


def test_a_foreign_client_signs_somebody_in(live_server, settings, browser, account):
    settings.PUBLIC_URL = live_server.url
    library = federation.admit(
        actor=SYSTEM,
        title="云泽图书馆",
        purpose="借阅图书",
        redirect_uris=[BACK],
        keys=json.dumps({"keys": [KEY.as_dict(private=False)]}),
        scopes=["profile", "email", "offline_access"],
    )
    told = requests.get(f"{live_server.url}/.well-known/openid-configuration", timeout=20).json()
    session = OAuth2Session(
        library.handle,
        KEY.as_pem(private=True).decode(),
        token_endpoint_auth_method=PrivateKeyJWT(told["token_endpoint"]),
        scope="openid profile email offline_access",
        redirect_uri=BACK,
        code_challenge_method="S256",
    )

    where, _state = session.create_authorization_url(told["authorization_endpoint"], code_verifier=VERIFIER, nonce="n")
    parts = urlsplit(where)
    back = browser.post(f"{parts.path}?{parts.query}", {"agree": "yes"}).url
    tokens = session.fetch_token(told["token_endpoint"], authorization_response=back, code_verifier=VERIFIER)
    about = session.get(told["userinfo_endpoint"]).json()
    renewed = session.refresh_token(told["token_endpoint"])

    keys = KeySet.import_key_set(requests.get(told["jwks_uri"], timeout=20).json())
    claims = jwt.decode(tokens["id_token"], keys).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (told["issuer"], library.handle, "n")
    assert about["sub"] == claims["sub"]
    assert (about["name"], about["email"]) == ("林晓云", "lin@yunze.example")
    assert renewed["refresh_token"] != tokens["refresh_token"]
