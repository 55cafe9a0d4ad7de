"""JSON Web Tokens signed with the house's own keys, and what everybody may know of these."""

import json
from collections.abc import Mapping
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings
from django.urls import reverse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.kernel import clock
from tongban.platform.federation import rules

# Whose key signs; crypto renews it, and both the old and the new one are told while they are good.
OWNER = "federation"


def issuer() -> str:
    return str(settings.PUBLIC_URL)


def signed(claims: Mapping[str, Any], *, kind: str) -> str:
    """Return a token with these claims. kind: its type, "JWT" or "at+jwt" (RFC 9068)."""
    key = crypto.key_for(OWNER)
    header = {"alg": "ES256", "typ": kind, "kid": key.key_digest}
    text = ".".join(rules.encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    first, second = decode_dss_signature(crypto.signed(key, text.encode()))
    return f"{text}.{rules.encoded(first.to_bytes(32, 'big') + second.to_bytes(32, 'big'))}"


def read(token: str, *, kind: str) -> dict[str, Any] | None:
    """Return the claims of a token of ours that is still good; None for any other."""
    try:
        found = jwt.decode(token, KeySet.import_key_set(cast(Any, jwks())), algorithms=["ES256"])
        if found.header.get("typ") != kind:
            return None
        jwt.JWTClaimsRegistry(now=int(clock.now().timestamp()), iss={"essential": True, "value": issuer()}).validate(
            found.claims
        )
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return dict(found.claims)


def jwks() -> dict[str, Any]:
    """Return the public keys by which our tokens are checked: the present one, and earlier ones while they are good."""
    crypto.key_for(OWNER)
    return {"keys": [_public(key) for key in Key.objects.good_of(OWNER, at=clock.now())]}


def discovery() -> dict[str, Any]:
    """Return what other systems need to know to let people sign in here. Source: OpenID Connect Discovery 1.0, 3."""
    here = issuer()
    return {
        "issuer": here,
        "authorization_endpoint": here + reverse("hall:federation:authorize"),
        "end_session_endpoint": here + reverse("hall:federation:logout"),
        "token_endpoint": here + reverse("federation:token"),
        "userinfo_endpoint": here + reverse("federation:userinfo"),
        "jwks_uri": here + reverse("federation:jwks"),
        "pushed_authorization_request_endpoint": here + reverse("federation:push"),
        "scopes_supported": list(rules.SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256", "PS256"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "consent"],
        "claims_supported": ["sub", "name", "email", "phone_number", "acr", "amr", "auth_time"],
        "authorization_response_iss_parameter_supported": True,
    }


def _public(key: Key) -> dict[str, Any]:
    public = x509.load_pem_x509_certificate(key.certificate.encode()).public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    words = {"kid": key.key_digest, "use": "sig", "alg": "ES256"}
    return dict(ECKey.import_key(pem, cast(Any, words)).as_dict(private=False))
