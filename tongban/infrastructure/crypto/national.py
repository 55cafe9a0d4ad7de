"""Keys on the SM2 curve for seals by GB/T 38540: made on first need, certified by an authority of their own."""

from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction

from tongban.infrastructure.crypto.adapters import sm2
from tongban.infrastructure.crypto.events import KeyMade
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.crypto.rules import sm2_certificates as certificates
from tongban.infrastructure.kernel import clock, facts
from tongban.infrastructure.kernel.actors import SYSTEM

SIGNER = "sm2"
AUTHORITY = "sm2:authority"


def sm2_key_for(owner: str, *, common_name: str) -> Key:
    """Return the SM2 key this owner signs with, certified; it is made on first need, and again when it has expired."""
    name = f"{SIGNER}:{owner}"
    key = Key.objects.current(name).first()
    return key if key and key.valid_until > clock.now() else _made(name, common_name, key)


def sm2_signed(key: Key, data: bytes) -> bytes:
    """Sign with this SM2 key: DER, over SM3, under the common identity."""
    return sm2.sign(key.handle, data)


def sm2_verified(public: bytes, data: bytes, signature: bytes) -> bool:
    """Say whether an SM2 signature fits. public: SubjectPublicKeyInfo, DER."""
    return sm2.verify(public, data, signature)


def sm2_roots() -> list[str]:
    """Return the certificates that SM2 seals may rest on, PEM."""
    ours = Key.objects.filter(owner=AUTHORITY, revoked_at__isnull=True).order_by("pk")
    return [key.certificate for key in ours] or [_authority().certificate]


def _authority() -> Key:
    key = Key.objects.current(AUTHORITY).first()
    return (
        key if key and key.valid_until > clock.now() else _made(AUTHORITY, f"{settings.CRYPTO_AUTHORITY_NAME}SM2", key)
    )


def _made(owner: str, common_name: str, former: Key | None) -> Key:
    try:
        with transaction.atomic():
            return _created(owner, common_name, former)
    except IntegrityError:
        # Another process made it at the same moment.
        return Key.objects.current(owner).get()


def _created(owner: str, common_name: str, former: Key | None) -> Key:
    now, is_root = clock.now(), owner == AUTHORITY
    if former:
        former.retired_at = now
        former.save(update_fields=["retired_at"])
    handle, public = sm2.make()
    issuer = None if is_root else _authority()
    signing = issuer.handle if issuer else handle
    days = settings.CRYPTO_AUTHORITY_DAYS if is_root else settings.CRYPTO_CERTIFICATE_DAYS
    until = now + timedelta(days=days)
    certificate = certificates.made(
        public,
        common_name=common_name,
        organisation=settings.CRYPTO_ORGANISATION,
        issuer=certificates.read(issuer.certificate).subject if issuer else None,
        valid_from=now - timedelta(minutes=10),
        valid_until=min(until, issuer.valid_until) if issuer else until,
        sign=lambda data: sm2.sign(signing, data),
        authority=is_root,
    )
    key = Key.objects.create(
        key_digest=sha256(public).hexdigest(),
        owner=owner,
        common_name=common_name,
        signer=SIGNER,
        handle=handle,
        certificate=certificates.written(certificate),
        serial=f"{certificate.serial_number:x}",
        created_at=now,
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
    )
    facts.record(KeyMade(key.key_digest, owner), by=SYSTEM, subject=f"key:{owner}")
    return key
