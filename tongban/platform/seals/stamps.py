"""Time stamps of RFC 3161: what to ask, and what an answer is worth. Knows no network."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from asn1crypto import cms, core, tsp
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from tongban.platform.seals import reading


class Worthless(Exception):
    """An answer without a token that may be believed; the text says why."""


class Response(core.Sequence):
    """An answer; asn1crypto's own misses that a refusal has no token (RFC 3161, 2.4.2)."""

    _fields: ClassVar[list[Any]] = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass(frozen=True)
class Token:
    """What a trusted authority said.

    content   the whole token, DER
    """

    content: bytes
    at: datetime
    by: str


def question(digest: bytes, nonce: int) -> bytes:
    """Return the question about a SHA-256, DER. nonce: a number of this question alone, so that no old answer fits."""
    algorithm = {"algorithm": "sha256"}
    imprint = tsp.MessageImprint({"hash_algorithm": algorithm, "hashed_message": digest})
    asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    return bytes(asked.dump())


async def answered(answer: bytes, *, digest: bytes, nonce: int, roots: list[str], moment: datetime) -> Token:
    """Return the token of an answer. Raises Worthless.

    roots   certificates that authorities may rest on, PEM; the authority's must be valid at the moment
    """
    try:
        said = Response.load(answer, strict=True)
        status = said["status"]
        if status["status"].native not in {"granted", "granted_with_mods"}:
            raise Worthless(f"it refuses: {_why(status)}")
        token = said["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        if info["nonce"].native != nonce:
            raise Worthless("its answer is to another question")
        trusted = ValidationContext(
            trust_roots=[reading.certificate(root) for root in roots], allow_fetching=False, moment=moment
        )
        judged = TimestampSignatureStatus(**await validate_tst_signed_data(token["content"], trusted, lambda _: digest))
        if info["message_imprint"]["hash_algorithm"]["algorithm"].native != "sha256" or not judged.intact:
            raise Worthless("its stamp is for something else")
    except (ValueError, TypeError, KeyError, AttributeError, SignatureValidationError) as error:
        raise Worthless(f"its answer cannot be read: {error}") from error
    if not (judged.valid and judged.trusted):
        raise Worthless("nobody named in SEALS_TSA_ROOTS vouches for its certificate")
    return Token(bytes(token.dump()), judged.timestamp, reading.common_name(judged.signing_cert))


def _why(status: Any) -> str:
    texts = status["status_string"].native or []
    failures = sorted(status["fail_info"].native or [])
    return "; ".join([*texts, *failures]) or str(status["status"].native)
