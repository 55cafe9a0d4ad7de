"""Seal OFD files with SM2, and say of one who sealed it and which check it fails."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from hashlib import sha256

from asn1crypto import pem, x509
from django.utils import timezone

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.kernel import clock
from tongban.platform.seals import drawing
from tongban.platform.seals.findings import SealFinding
from tongban.platform.seals.models import Seal, SealUse
from tongban.platform.seals.ofd import checking, sealing
from tongban.platform.seals.ofd.checking import SealVerdict

VERMILION = (179, 45, 28)
FAR = datetime(2049, 12, 31, tzinfo=UTC)


def seal_files(seal: Seal, files: Mapping[str, bytes]) -> tuple[bytes, Key]:
    """Return the OFD file with this seal of a department, and the key that signed it."""
    key = crypto.sm2_key_for(seal.owner, common_name=f"{seal.text}电子印章")
    maker = crypto.sm2_key_for("seal-maker", common_name="电子印章制作")
    signer = sealing.SignerKey(key.certificate, lambda data: crypto.sm2_signed(key, data))
    made_by = sealing.SignerKey(maker.certificate, lambda data: crypto.sm2_signed(maker, data))
    facts = sealing.SealFacts(
        code=seal.code,
        name=f"{seal.text}{seal.name}",
        picture=drawing.coloured(bytes(seal.picture), VERMILION, 500),
        made_at=max(seal.made_at, maker.valid_from),
        valid_from=_first_moment(seal.valid_from),
        valid_until=_first_moment(seal.valid_until) if seal.valid_until else FAR,
    )
    made = sealing.electronic_seal(facts, maker=made_by, signers=[signer.der])
    return sealing.sealed(files, seal=made, signer=signer, at=clock.now()), key


def examine_ofd(content: bytes) -> SealVerdict:
    """Say who sealed an OFD file, and which check it fails, if any."""
    trusted = [*crypto.sm2_roots(), *crypto.outside_roots()]
    roots = [x509.Certificate.load(pem.unarmor(one.encode())[2]) for one in trusted]
    verdict = checking.checked(content, roots=roots, verify=crypto.sm2_verified)
    key = next(iter(Key.objects.of_serials([verdict.serial])), None) if verdict.serial else None
    if key and key.revoked_at and not verdict.failed:
        # The time in a seal is its signer's word; the record of uses is ours.
        use = SealUse.objects.of_file(sha256(content).hexdigest())
        if use is None or use.at >= key.revoked_at:
            return replace(verdict, failed="revoked", trusted=False)
    return verdict


def found_in(verdict: SealVerdict) -> list[SealFinding]:
    """Return what is wrong with a file; nothing where it is good."""
    if verdict.failed:
        return [SealFinding(f"ofd-{verdict.failed}")]
    return [] if verdict.trusted else [SealFinding("authority", {"signer": verdict.signer})]


def words_of(verdict: SealVerdict) -> list[str]:
    """Return the same in whole sentences."""
    return [one.sentence for one in found_in(verdict)]


def _first_moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
