"""Time stamps of RFC 3161: what to ask, and what an answer is worth. Knows no network."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity, validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from tongban.platform.seals import reading


class InvalidStamp(Exception):
    """An answer without a token that may be believed; the text says why."""


class Response(core.Sequence):
    """An answer; asn1crypto's own misses that a refusal has no token (RFC 3161, 2.4.2)."""

    _fields: ClassVar[list[Any]] = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass(frozen=True)
class TimeStamp:
    """What a trusted authority said.

    content        the whole token, DER
    certificates   those that it brings along, DER; signer: the one whose key signed it
    """

    content: bytes
    at: datetime
    certificates: bytes
    signer: x509.Certificate

    @property
    def by(self) -> str:
        return reading.common_name(self.signer)


def question(digest: bytes, nonce: int) -> bytes:
    """Return the question about a SHA-256, DER. nonce: a number of this question alone, so that no old answer fits."""
    algorithm = {"algorithm": "sha256"}
    imprint = tsp.MessageImprint({"hash_algorithm": algorithm, "hashed_message": digest})
    asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    return bytes(asked.dump())


async def answered(
    answer: bytes, *, digest: bytes, nonce: int, roots: list[str], moment: datetime, known: TimeStamp | None = None
) -> TimeStamp:
    """Return the token of an answer. Raises InvalidStamp.

    roots   certificates that authorities may rest on, PEM; the authority's must be valid at the moment
    known   an earlier token, judged not long ago: whom the same certificates rest on is not asked again
    """
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
    certificates = [reading.certificate(root) for root in roots]
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
