"""国家政务服务平台统一身份认证, spoken to as a provider of OpenID Connect: code, PKCE, nonce, a signed ID token.

What the platform calls its addresses and claims is in the document that a city gets when it joins, so both are in the
file of `LINKING_NATIONAL`: authorize, token, jwks, issuer, client_id, client_secret, and under `claims` the names of
name, id_number and level, where they differ from those here. The level is 1 to 4 (未实名, 初级, 高级, 更高).
"""

from typing import Any, cast
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.linking import rules
from tongban.platform.linking.adapters.asking import ask
from tongban.platform.linking.ports import Claimed, Forged, Secrets

ALGORITHMS = ["ES256", "RS256", "PS256"]


class National:
    title: StrOrPromise = _("National government service platform")

    def __init__(self, account: dict[str, Any]) -> None:
        self._account = account
        self.simulated = bool(account.get("simulated"))

    def begin(self, secrets: Secrets) -> str:
        asked = {
            "response_type": "code",
            "client_id": self._account["client_id"],
            "redirect_uri": secrets.back,
            "scope": "openid profile",
            "state": secrets.state,
            "nonce": secrets.nonce,
            "code_challenge": rules.challenge_of(secrets.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._account['authorize']}?{urlencode(asked)}"

    def finish(self, secrets: Secrets, code: str) -> Claimed:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": secrets.back,
            "code_verifier": secrets.verifier,
            "client_id": self._account["client_id"],
            "client_secret": self._account["client_secret"],
        }
        claims = self._read(str(ask(self._account["token"], form=sent).get("id_token", "")), secrets)
        names = self._account.get("claims", {})
        level = str(claims.get(names.get("level", "level"), ""))
        return Claimed(
            str(claims["sub"]),
            str(claims.get(names.get("name", "name"), "")),
            str(claims.get(names.get("id_number", "id_number"), "")),
            int(level) if level in {"1", "2", "3", "4"} else 0,
        )

    def _read(self, token: str, secrets: Secrets) -> dict[str, Any]:
        keys = ask(self._account["jwks"])
        wanted: Any = {
            "iss": {"essential": True, "value": self._account["issuer"]},
            "aud": {"essential": True, "value": self._account["client_id"]},
            "nonce": {"essential": True, "value": secrets.nonce},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        try:
            found = jwt.decode(token, KeySet.import_key_set(cast(Any, keys)), algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(now=int(clock.now().timestamp()), **wanted).validate(found.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Forged(str(error)) from error
        return dict(found.claims)
