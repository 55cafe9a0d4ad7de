"""Seal OFD files with SM2, and say of one who sealed it and which check it fails."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256

from asn1crypto import pem, x509
from django.utils import timezone

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.storage import sandbox
from tongban.infrastructure.storage import services as storage
from tongban.platform.seals import drawing
from tongban.platform.seals.findings import SealFinding
from tongban.platform.seals.models import Seal, SealUse
from tongban.platform.seals.ofd import checking, sealing
from tongban.platform.seals.ofd import structures as asn1
from tongban.platform.seals.ofd.checking import SealVerdict, Stamp
from tongban.platform.seals.ofd.papers import Place
from tongban.platform.seals.trust import stampers

VERMILION = (179, 45, 28)
# An authority may leave out parts of a second: the signature existed at its end at the latest. Source: RFC 3161, 2.4.2.
SECOND = timedelta(seconds=1)
FAR = datetime(2049, 12, 31, tzinfo=UTC)
JUDGE_STAMP = "tongban.platform.seals.stamp_checking:judge_token"


def seal_files(
    seal: Seal,
    files: Mapping[str, bytes],
    *,
    stamp: Callable[[bytes], bytes] | None = None,
    place: Place | None = None,
) -> tuple[bytes, Key]:
    """Return the OFD file with this seal of a department, and the key that signed it.

    stamp   signature → time-stamp token about it; None for a seal without
    place   where it is drawn; None for the usual place of a single page
    """
    key = crypto.sm2_key_for(seal.owner, common_name=f"{seal.text}电子印章")
    maker = crypto.sm2_key_for("seal-maker", common_name="电子印章制作")
    signer = _signer(key)
    facts = sealing.SealFacts(
        code=seal.code,
        name=f"{seal.text}{seal.name}",
        picture=_coloured(bytes(seal.picture)),
        made_at=max(seal.made_at, maker.valid_from),
        valid_from=_first_moment(seal.valid_from),
        valid_until=_first_moment(seal.valid_until) if seal.valid_until else FAR,
    )
    made = asn1.ElectronicSeal.load(_electronic_seal(facts, maker, signer.der))
    return sealing.sealed(files, seal=made, signer=signer, at=clock.now(), stamp=stamp, place=place), key


def _signer(key: Key) -> sealing.SignerKey:
    return sealing.SignerKey(key.certificate, lambda data: crypto.sm2_signed(key, data))


@lru_cache(maxsize=200)
def _coloured(picture: bytes) -> bytes:
    return drawing.coloured(picture, VERMILION, 500)


@lru_cache(maxsize=200)
def _electronic_seal(facts: sealing.SealFacts, maker: Key, signer: bytes) -> bytes:
    """Make the seal once, DER: every use carries the same."""
    return bytes(sealing.electronic_seal(facts, maker=_signer(maker), signers=[signer]).dump())


def examine_ofd(content: bytes) -> SealVerdict:
    """Say who sealed an OFD file, and which check it fails, if any. Raises storage.ChecksBusy."""
    trusted = [*crypto.sm2_roots(), *crypto.outside_roots()]
    roots = [x509.Certificate.load(pem.unarmor(one.encode())[2]) for one in trusted]
    verdict = checking.checked(content, roots=roots, verify=crypto.sm2_verified, judge=_stamp)
    key = next(iter(Key.objects.of_serials([verdict.serial])), None) if verdict.serial else None
    if key and key.revoked_at and not verdict.failed:
        # The time in a seal is its signer's word; an authority's stamp is not, and the record of uses is ours.
        use = SealUse.objects.of_file(sha256(content).hexdigest())
        stamped = verdict.stamped_at + SECOND if verdict.stamped_at else None
        moments = [at for at in (stamped, use.at if use else None) if at]
        if not moments or min(moments) >= key.revoked_at:
            return replace(verdict, failed="revoked", trusted=False)
    return verdict


def _stamp(token: bytes, about: bytes) -> Stamp:
    """Have a process apart say what a time stamp in a file is worth."""
    asked = {"about": about.hex(), "roots": stampers(), "moment": clock.now().isoformat()}
    try:
        said = storage.ask_sandbox(JUDGE_STAMP, token, **asked)
    except sandbox.LimitExceeded:
        return Stamp(fits=False)
    except sandbox.SandboxBusy as crowded:
        raise storage.ChecksBusy() from crowded
    return Stamp(said["fits"], said["trusted"], datetime.fromisoformat(said["at"]) if said["at"] else None, said["by"])


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
