"""A licence as SD-JWT VC for the holder's wallet, with the status list that says whether it is still valid."""

import secrets
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from asn1crypto import core, pem
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.licences.events import LicenceCredentialGiven
from tongban.platform.licences.models import Licence
from tongban.platform.licences.rules import credentials as rules
from tongban.platform.licences.services.changing import WrongLicenceState
from tongban.platform.licences.services.reading import own

LIST_MINUTES = 10


class Integers(core.SequenceOf):
    """The two numbers of an ECDSA signature."""

    _child_spec = core.Integer


@transaction.atomic
def credential(*, actor: Actor, token: str) -> str:
    """Return one's own licence as SD-JWT VC: each line of the face is revealed or kept by itself.

    Raises NotFound, WrongLicenceState.
    """
    licence = own(actor=actor, token=token)
    if licence.validity(clock.today()) != "valid":
        raise WrongLicenceState(number=licence.number, state=licence.get_state_display())
    key = crypto.key_for(f"department:{licence.issuer.key}", common_name=f"{licence.issuer.name}电子印章")
    hidden = {"number": licence.number, "holder": licence.holder.name, **licence.face}
    claims = _claims(licence)
    made = rules.selective(
        _head("dc+sd-jwt", key), claims, hidden, [secrets.token_urlsafe(16) for _one in hidden], _signer(key)
    )
    fact = LicenceCredentialGiven(licence.identifier, licence.holder_id)
    journal.write(fact, by=actor, subject=f"licence:{licence.identifier}")
    return made


def status_list(batch: int) -> str:
    """Return the signed status list of a batch of licences (token status list). Raises NotFound."""
    first = batch * rules.LIST_SIZE
    states = Licence.objects.states_between(first, first + rules.LIST_SIZE)
    if not states:
        raise NotFound()
    now = clock.now()
    key = crypto.key_for("licence-status", common_name="电子证照状态列表")
    claims = {
        "sub": _list_address(batch),
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=LIST_MINUTES)).timestamp()),
        "ttl": LIST_MINUTES * 60,
        "status_list": {
            "bits": rules.STATUS_BITS,
            "lst": rules.status_list((pk - first, state) for pk, state in states if state != "reserved"),
        },
    }
    return rules.signed_token(_head("statuslist+jwt", key), claims, _signer(key))


def _claims(licence: Licence) -> dict[str, Any]:
    batch, place = divmod(licence.pk, rules.LIST_SIZE)
    claims = {
        "iss": settings.PUBLIC_URL,
        "vct": f"{settings.PUBLIC_URL}{reverse('hall:licences:kinds')}#kind-{licence.kind_code}",
        "iat": int(clock.now().timestamp()),
        "nbf": _at(licence.valid_from),
        "kind": licence.kind_name,
        "issuer_name": licence.issuer.name,
        "status": {"status_list": {"idx": place, "uri": _list_address(batch)}},
    }
    return claims | ({"exp": _at(licence.valid_until + timedelta(days=1))} if licence.valid_until else {})


def _at(day: Any) -> int:
    return int(timezone.make_aware(datetime.combine(day, time())).timestamp())


def _list_address(batch: int) -> str:
    return settings.PUBLIC_URL + reverse("hall:licences:status", args=[batch])


def _head(kind: str, key: Key) -> dict[str, Any]:
    chain = (key.certificate, *crypto.chain(key))
    return {"alg": "ES256", "typ": kind, "x5c": [_plain(one) for one in chain]}


def _plain(certificate: str) -> str:
    return str(pem.armor("CERTIFICATE", pem.unarmor(certificate.encode())[2]).decode()).replace("\n", "")[27:-25]


def _signer(key: Key) -> Callable[[bytes], bytes]:
    def sign(content: bytes) -> bytes:
        r, s = Integers.load(crypto.signed(key, content)).native
        return bytes(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    return sign
