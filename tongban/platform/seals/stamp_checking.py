"""Judge the answers of time-stamping authorities, by pyHanko. Knows no settings and no database."""

import asyncio
import hashlib
from datetime import datetime
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity, validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from tongban.platform.seals.certificates import common_name, read_certificate
from tongban.platform.seals.stamps import InvalidStamp, Response, TimeStamp


def judge(answer: bytes, *, digest: str, nonce: int, roots: list[str], moment: str) -> dict[str, Any]:
    """Say in plain values what an answer is worth: {"token": …}, or {"worthless": why}. digest: hexadecimal."""
    at = datetime.fromisoformat(moment)
    try:
        token = asyncio.run(answered(answer, digest=bytes.fromhex(digest), nonce=nonce, roots=roots, moment=at))
    except InvalidStamp as worthless:
        return {"worthless": str(worthless)}
    return {"token": token.plain()}


def judge_token(token: bytes, *, about: str, roots: list[str], moment: str) -> dict[str, Any]:
    """Say in plain values what a token in a file is worth: {"fits", "trusted", "at", "by"}.

    about    what it has to be about, hexadecimal; moment: at which its authority's certificate must have been valid
    """
    worthless = {"fits": False, "trusted": False, "at": "", "by": ""}
    try:
        said = cms.ContentInfo.load(token, strict=True)
        at = datetime.fromisoformat(moment)
        status = asyncio.run(_status(said["content"], bytes.fromhex(about), roots, at))
    except (ValueError, TypeError, KeyError, AttributeError, SignatureValidationError):
        return worthless
    if not (status.intact and status.valid):
        return worthless
    by = common_name(status.signing_cert)
    return {"fits": True, "trusted": status.trusted, "at": status.timestamp.isoformat(), "by": by}


async def _status(signed: cms.SignedData, about: bytes, roots: list[str], moment: datetime) -> TimestampSignatureStatus:
    trusted = ValidationContext(
        trust_roots=[read_certificate(root) for root in roots], allow_fetching=False, moment=moment
    )
    return TimestampSignatureStatus(
        **await validate_tst_signed_data(signed, trusted, lambda algorithm: hashlib.new(algorithm, about).digest())
    )


async def answered(
    answer: bytes, *, digest: bytes, nonce: int, roots: list[str], moment: datetime, known: TimeStamp | None = None
) -> TimeStamp:
    """Return the token of an answer, as `stamps.Judge` says. Raises InvalidStamp."""
    try:
        said = Response.load(answer, strict=True)
        status = said["status"]
        if status["status"].native not in {"granted", "granted_with_mods"}:
            raise InvalidStamp(f"it refuses: {_why(status)}")
        token = said["time_stamp_token"]
        signed, content = token["content"], token["content"]["encap_content_info"]["content"]
        info, imprint = content.parsed, content.parsed["message_imprint"]
        if info["nonce"].native != nonce:
            raise InvalidStamp("its answer is to another question")
        asked = (imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native)
        if asked != ("sha256", digest):
            raise InvalidStamp("its stamp is for something else")
        certificates = signed["certificates"].dump()
        if known and known.certificates == certificates and _is_by(known.signer, signed):
            signer = known.signer
        else:
            signer = await _judged(signed, digest, roots, moment)
    except (ValueError, TypeError, KeyError, AttributeError, SignatureValidationError) as error:
        raise InvalidStamp(f"its answer cannot be read: {error}") from error
    return TimeStamp(bytes(token.dump()), info["gen_time"].native, certificates, signer)


async def _judged(signed: cms.SignedData, digest: bytes, roots: list[str], moment: datetime) -> x509.Certificate:
    """Return whose token it is, once pyHanko has found it sound and its certificate good for stamping time."""
    certificates = [read_certificate(root) for root in roots]
    trusted = ValidationContext(trust_roots=certificates, allow_fetching=False, moment=moment)
    judged = TimestampSignatureStatus(**await validate_tst_signed_data(signed, trusted, lambda _: digest))
    if not (judged.intact and judged.valid):
        raise InvalidStamp("its signature does not fit its stamp")
    if not judged.trusted:
        raise InvalidStamp("nobody named in SEALS_TSA_ROOTS vouches for its certificate")
    return judged.signing_cert


def _is_by(signer: x509.Certificate, signed: cms.SignedData) -> bool:
    """Say whether this certificate's key has signed it."""
    (info,) = signed["signer_infos"]
    content = bytes(signed["encap_content_info"]["content"])
    digest = hashlib.new(info["digest_algorithm"]["algorithm"].native, content).digest()
    return all(validate_sig_integrity(info, signer, expected_content_type="tst_info", actual_digest=digest))


def _why(status: Any) -> str:
    texts = status["status_string"].native or []
    failures = sorted(status["fail_info"].native or [])
    return "; ".join([*texts, *failures]) or str(status["status"].native)
