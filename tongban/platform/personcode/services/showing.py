"""A person's code, and the public keys by which anybody checks it without asking."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple, cast

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.identity.models import Account
from tongban.platform.personcode import rules
from tongban.platform.personcode.models import PersonCode

# Whose key signs; crypto renews it, and both the old and the new one are told while they are good.
OWNER = "person-code"


class NotIdentified(Refusal):
    message = _("A code is for people whose name and number were compared with the register. Do that first.")


class ShownCode(NamedTuple):
    """What the QR code says, and until when it is good."""

    text: str
    until: datetime


def show(*, actor: Actor) -> ShownCode:
    """Make the actor's next code. It names nobody: a word that only this house can look up, and two times.

    Raises NotAllowed (officials and other systems), NotIdentified.
    """
    if actor.kind != "person":
        raise NotAllowed()
    if actor.party is None:
        raise NotIdentified()
    now, word = clock.now().replace(microsecond=0), ids.token(22)
    until = now + timedelta(seconds=settings.PERSONCODE_SECONDS)
    text = _signed(
        {"iss": settings.PUBLIC_URL, "jti": word, "iat": int(now.timestamp()), "exp": int(until.timestamp())}
    )
    account = Account.objects.get(pk=actor.account or 0)
    PersonCode.objects.create(digest=digest(word), account=account, made_at=now, expires_at=until)
    return ShownCode(text, until)


def keys() -> dict[str, Any]:
    """Return the public keys of person codes, a JWK set: the present one, and earlier ones while they are good."""
    crypto.key_for(OWNER)
    return {"keys": [_public(key) for key in Key.objects.good_of(OWNER, at=clock.now())]}


def read(text: str) -> dict[str, Any] | None:
    """Return what a code of this city says, whether or not it is over; None for what we did not sign."""
    if len(text) > rules.MAX_CODE:
        return None
    try:
        found = jwt.decode(text, KeySet.import_key_set(cast(Any, keys())), algorithms=["ES256"])
        said = dict(found.claims)
        right = found.header.get("typ") == rules.KIND and said["iss"] == settings.PUBLIC_URL
        return {"jti": str(said["jti"]), "iat": int(said["iat"]), "exp": int(said["exp"])} if right else None
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def digest(word: str) -> str:
    return sha256(word.encode()).hexdigest()


def _signed(claims: dict[str, Any]) -> str:
    key = crypto.key_for(OWNER)
    text = rules.unsigned({"alg": "ES256", "typ": rules.KIND, "kid": key.key_digest}, claims)
    first, second = decode_dss_signature(crypto.signed(key, text.encode()))
    return f"{text}.{rules.encoded(first.to_bytes(32, 'big') + second.to_bytes(32, 'big'))}"


def _public(key: Key) -> dict[str, Any]:
    public = x509.load_pem_x509_certificate(key.certificate.encode()).public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    words = {"kid": key.key_digest, "use": "sig", "alg": "ES256"}
    return dict(ECKey.import_key(pem, cast(Any, words)).as_dict(private=False))
