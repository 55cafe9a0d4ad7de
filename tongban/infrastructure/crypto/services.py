"""Digests for look-ups, codes by which a record is known to be our own; keys, certificates and signatures."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, CharField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import ports
from tongban.infrastructure.crypto.adapters import local
from tongban.infrastructure.crypto.events import KeyCertified, KeyMade, KeyRetired, KeyRevoked
from tongban.infrastructure.crypto.fields import secrets
from tongban.infrastructure.crypto.models import AUTHORITY, Key, Secret
from tongban.infrastructure.crypto.national import sm2_key_for as sm2_key_for
from tongban.infrastructure.crypto.national import sm2_roots as sm2_roots
from tongban.infrastructure.crypto.national import sm2_signed as sm2_signed
from tongban.infrastructure.crypto.national import sm2_verified as sm2_verified
from tongban.infrastructure.crypto.rules import certificates, ciphers
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import clock, facts
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotFound, Refusal

LOOKUP, RECORD = "look-up digest", "record"
_CURRENT: PreparedQuery[Key] = PreparedQuery(lambda: Key.objects.current(Param("owner", CharField())))
_REVOKED: PreparedQuery[Key] = PreparedQuery(
    lambda: Key.objects.revoked().filter(issuer=Param("issuer", BigIntegerField()))
)


class CertificateDetails(NamedTuple):
    """A certificate in words; `fingerprint` is the SHA-256 of the whole, as certificate viewers show it."""

    name: str
    fingerprint: str
    valid_from: datetime
    valid_until: datetime


class WrongCertificate(Refusal):
    status = 422
    message = _("The certificate does not belong to the key of %(owner)s.")


class NoCertificate(Refusal):
    status = 422
    message = _("There is no certificate in this file.")


def digest_of(text: str) -> str:
    """Return the keyed digest under which an encrypted identifier is found again; the same after key rotation."""
    return ciphers.digest(text, lookup_key(secrets()[-1]))


@cache
def lookup_key(oldest: str) -> bytes:
    """Return the key of look-up digests: the one saved at the first rotation, else the one of the oldest secret."""
    return _lasting(LOOKUP, ciphers.lookup_key, oldest)


def mac_of(content: bytes) -> str:
    """Return the code that only this installation can give a record; the same after key rotation.

    Its key is made from the data key, so that nobody who can merely write the database can make one.
    """
    return ciphers.mac(content, mac_key(secrets()[-1]))


def row_mac(table: str, row: str, values: Mapping[str, Any]) -> str:
    """Return the code of what a row says in public: put it into the fact that says so, and compare later.

    table, row   which row it is, by a name that never changes
    values       what it says, by column
    """
    text = json.dumps([table, row, values], cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    return mac_of(b"row " + text.encode())


@cache
def mac_key(oldest: str) -> bytes:
    """Return the key of these codes, found as that of look-up digests."""
    return _lasting(RECORD, ciphers.mac_key, oldest)


def _lasting(name: str, derived: Callable[[str], bytes], oldest: str) -> bytes:
    saved = Secret.objects.filter(name=name).first()
    return bytes.fromhex(saved.value) if saved else derived(oldest)


def key_for(owner: str, *, common_name: str = "") -> Key:
    """Return the key this owner signs with; it is made and certified on first need, and again when it has expired.

    owner         such as "department:market-regulation" or "journal"
    common_name   who the certificate says has signed
    """
    key = _CURRENT.one(owner=owner)
    if key is None or key.valid_until <= clock.now():
        key = _made(owner, common_name or (key.common_name if key else owner), instead_of=key)
    return key


def sign(owner: str, data: bytes) -> tuple[str, bytes]:
    """Sign with the owner's key; return the key's id and the ECDSA signature (P-256, SHA-256, DER)."""
    key = key_for(owner)
    return key.key_digest, signed(key, data)


def signed(key: Key, data: bytes) -> bytes:
    """Sign with this very key."""
    return ports.signer(key.signer).sign(key.handle, data)


def verify(key_digest: str, data: bytes, signature: bytes, *, owner: str | None = None) -> bool:
    """Say whether the signature is good: made by that key, the key known, not revoked and certified.

    owner   also demand that it is this owner's key
    """
    try:
        key: Key | None = Key.objects.filter(key_digest=key_digest).select_related("issuer").first()
        if key is None or key.revoked_at or (owner is not None and key.owner != owner) or not certified(key):
            return False
        _public(key.certificate).verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ciphers.UnreadableCiphertext):
        return False
    return True


def certified(key: Key) -> bool:
    """Say whether our authority, or a root that the operator trusts, vouches for this key.

    Whoever can write the database could add a key and a root of their own; they cannot encrypt the root's private
    key under the data key, so the root is believed only when its private key can be read and fits.
    """
    try:
        if key.owner == AUTHORITY:
            return _issued(key.certificate, key.certificate, key.handle)
        if key.issuer is None:
            return _rests_on(key.certificate, key.chain, tuple(outside_roots()))
        return _issued(key.certificate, key.issuer.certificate, key.issuer.handle)
    except (ValueError, TypeError, InvalidSignature):
        return False


def authority() -> str:
    """Return the certificate of the installation's own authority, PEM."""
    return str(_root().certificate)


def chain(key: Key) -> tuple[str, ...]:
    """Return the certificates between this key's and the one everybody knows, that one included, PEM."""
    if key.issuer:
        return (key.issuer.certificate,)
    return (
        tuple(certificates.written(one) for one in x509.load_pem_x509_certificates(key.chain.encode()))
        if key.chain
        else ()
    )


def roots() -> list[str]:
    """Return the certificates that signatures on documents may rest on, PEM: ours and outside ones."""
    _root()
    ours = Key.objects.filter(owner=AUTHORITY, revoked_at__isnull=True).order_by("pk")
    return [*(key.certificate for key in ours if certified(key)), *outside_roots()]


def outside_roots() -> list[str]:
    """Return the certificates in the file that the operator named in CRYPTO_ROOTS, PEM."""
    return _read_roots(settings.CRYPTO_ROOTS) if settings.CRYPTO_ROOTS else []


def details_of(pem: str) -> CertificateDetails:
    """Return what a person needs to recognise a certificate."""
    certificate = certificates.read(pem)
    return CertificateDetails(
        str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value),
        certificate.fingerprint(hashes.SHA256()).hex(" ", 2).upper(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def revocations() -> bytes:
    """Return the signed list of revoked certificates, DER (RFC 5280)."""
    root = _root()
    revoked = tuple((key.serial, key.revoked_at) for key in _REVOKED(issuer=root.pk) if key.revoked_at)
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    return _revocations(root.certificate, root.handle, revoked, max([hour, *(at for _serial, at in revoked)]))


def revoked_elsewhere() -> list[tuple[str, str]]:
    """Return who signs with a certificate of ours that tells revocations elsewhere than at today's address, and where.

    What is signed from now on names the right address once the owner's key is renewed.
    """
    current = Key.objects.filter(retired_at__isnull=True, issuer__isnull=False).order_by("owner")
    found = [
        (key.owner, url) for key in current for url in certificates.revocation_urls(certificates.read(key.certificate))
    ]
    return [(owner, url) for owner, url in found if url != _revocation_url()]


def _revocation_url() -> str:
    return settings.PUBLIC_URL + reverse("hall:crypto:revocations")


@transaction.atomic
def renew(*, actor: Actor, owner: str) -> Key:
    """Let a new key sign in place of the owner's key of today. Raises NotFound."""
    key = _locked(owner)
    return _replaced(key, key.common_name, by=actor)


@transaction.atomic
def revoke(*, actor: Actor, key_digest: str, reason: str, since: datetime | None = None) -> Key:
    """Stop trusting what this key has signed; a new one is made on the next need. Raises NotFound.

    since   a moment that has passed from which on it was in wrong hands; what was signed before stays good
    """
    key = Key.objects.select_for_update().filter(key_digest=key_digest, revoked_at__isnull=True).first()
    if key is None:
        raise NotFound()
    key.revoked_at = min(max(since or clock.now(), key.created_at), clock.now())
    key.retired_at = key.retired_at or clock.now()
    key.save(update_fields=["revoked_at", "retired_at"])
    facts.record(KeyRevoked(key.key_digest, key.owner), by=actor, subject=f"key:{key.owner}", reason=reason)
    return key


@transaction.atomic
def certify(*, actor: Actor, owner: str, pem: str) -> Key:
    """Put an outside authority's certificate, followed by its chain, on the owner's key.

    Raises NotFound, NoCertificate, WrongCertificate.
    """
    key = _locked(owner)
    try:
        given = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise NoCertificate() from error
    public = given[0].public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or certificates.key_digest(public) != key.key_digest:
        raise WrongCertificate(owner=owner)
    key.certificate, key.issuer = certificates.written(given[0]), None
    key.chain = "".join(certificates.written(one) for one in given[1:])
    key.serial = f"{given[0].serial_number:x}"
    key.valid_from, key.valid_until = given[0].not_valid_before_utc, given[0].not_valid_after_utc
    key.save(update_fields=["certificate", "issuer", "chain", "serial", "valid_from", "valid_until"])
    facts.record(KeyCertified(key.key_digest, owner), by=actor, subject=f"key:{owner}")
    return key


def request(owner: str) -> str:
    """Return a certificate request (PKCS #10, PEM) for an outside authority, for a key of this process."""
    key = key_for(owner)
    subject = certificates.name(key.common_name, settings.CRYPTO_ORGANISATION)
    made = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return made.sign(local.private_key(key.handle), hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def _locked(owner: str) -> Key:
    key = Key.objects.select_for_update(of=("self",)).filter(owner=owner, retired_at__isnull=True).first()
    if key is None:
        raise NotFound()
    return key


def _root() -> Key:
    root = _CURRENT.one(owner=AUTHORITY)
    if root is None or root.valid_until <= clock.now():
        root = _made(AUTHORITY, settings.CRYPTO_AUTHORITY_NAME, instead_of=root)
    return root


def _made(owner: str, common_name: str, *, instead_of: Key | None) -> Key:
    try:
        with transaction.atomic():
            if instead_of:
                return _replaced(instead_of, common_name, by=SYSTEM)
            return _created(owner, common_name, by=SYSTEM)
    except IntegrityError:
        # Another process made it at the same moment.
        return Key.objects.current(owner).get()


def _replaced(key: Key, common_name: str, *, by: Actor) -> Key:
    key.retired_at = clock.now()
    key.save(update_fields=["retired_at"])
    facts.record(KeyRetired(key.key_digest, key.owner), by=by, subject=f"key:{key.owner}")
    return _created(key.owner, common_name, by=by)


def _created(owner: str, common_name: str, *, by: Actor) -> Key:
    now = clock.now()
    # Clocks of machines differ a little: a certificate must not be from the future for the one that checks it.
    valid_from = now - timedelta(minutes=10)
    if owner == AUTHORITY:
        root, signer = None, ports.signer("local")
        handle, public = signer.make()
        certificate = certificates.root(
            local.private_key(handle),
            subject=certificates.name(common_name, settings.CRYPTO_ORGANISATION),
            valid_from=valid_from,
            valid_until=now + timedelta(days=settings.CRYPTO_AUTHORITY_DAYS),
        )
    else:
        root, signer = _root(), ports.signer(settings.CRYPTO_SIGNER)
        handle, public = signer.make()
        certificate = certificates.leaf(
            public,
            subject=certificates.name(common_name, settings.CRYPTO_ORGANISATION),
            valid_from=valid_from,
            valid_until=min(now + timedelta(days=settings.CRYPTO_CERTIFICATE_DAYS), root.valid_until),
            issuer=certificates.read(root.certificate),
            issuer_private=local.private_key(root.handle),
            revocation_url=_revocation_url(),
        )
    key = Key.objects.create(
        key_digest=certificates.key_digest(public),
        owner=owner,
        common_name=common_name,
        signer=signer.name,
        handle=handle,
        certificate=certificates.written(certificate),
        serial=f"{certificate.serial_number:x}",
        issuer=root,
        created_at=now,
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )
    facts.record(KeyMade(key.key_digest, owner), by=by, subject=f"key:{owner}")
    return key


@lru_cache(maxsize=10)
def _revocations(root: str, handle: str, revoked: tuple[tuple[str, datetime], ...], made_at: datetime) -> bytes:
    """Make the list, once an hour and whenever one more is revoked: every seal carries it."""
    made = certificates.revocations(
        [(int(serial, 16), at) for serial, at in revoked],
        number=int(made_at.timestamp()),
        issuer=certificates.read(root),
        issuer_private=local.private_key(handle),
        made_at=made_at,
        next_at=made_at + timedelta(days=settings.CRYPTO_REVOCATION_LIST_DAYS),
    )
    return made.public_bytes(serialization.Encoding.DER)


@lru_cache(maxsize=1000)
def _public(pem: str) -> ec.EllipticCurvePublicKey:
    return cast(ec.EllipticCurvePublicKey, certificates.read(pem).public_key())


@lru_cache(maxsize=1000)
def _issued(pem: str, issuer_pem: str, issuer_handle: str) -> bool:
    issuer = certificates.read(issuer_pem)
    certificates.read(pem).verify_directly_issued_by(issuer)
    return issuer.public_key() == local.private_key(issuer_handle).public_key()


@lru_cache(maxsize=1000)
def _rests_on(pem: str, chain: str, roots: tuple[str, ...]) -> bool:
    path = [certificates.read(pem), *(x509.load_pem_x509_certificates(chain.encode()) if chain else [])]
    for lower, upper in pairwise(path):
        lower.verify_directly_issued_by(upper)
    if not all(certificates.is_authority(upper) for upper in path[1:]):
        return False
    return any(_signed_by(path[-1], certificates.read(root)) for root in roots)


def _signed_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


@cache
def _read_roots(file: str) -> list[str]:
    return [certificates.written(one) for one in x509.load_pem_x509_certificates(Path(file).read_bytes())]
