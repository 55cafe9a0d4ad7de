"""Read the signatures of a PDF file by pyHanko, in a process apart: it knows no settings and no database."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from tongban.infrastructure.storage import pdfs
from tongban.platform.seals.certificates import common_name, read_certificate
from tongban.platform.seals.signatures import FoundSignature

# More than anybody puts on one paper; each costs time to check.
MAX_SIGNATURES = 8
MAX_KEYWORDS = 500


def judge(pdf: bytes, *, roots: list[str], stampers: list[str], moment: str) -> dict[str, Any]:
    """Say of a stranger's file who signed it, and what it says of itself, in plain values.

    fault      "" or why nothing can be said of its signatures: "unreadable", "crowded" with signatures
    keywords   of its particulars, where a licence carries its code
    """
    said: dict[str, Any] = {"fault": "", "found": [], "keywords": ""}
    try:
        if not bounded(pdf):
            return said | {"fault": "crowded"}
        said["keywords"] = _keywords(pdf)
        signatures = found(pdf, roots=roots, stampers=stampers, at=datetime.fromisoformat(moment))
    except MemoryError:
        raise
    except Exception:  # a hostile or damaged file can break the reader in any way; whichever way, it is refused
        return said | {"fault": "unreadable"}
    return said | {"found": [one.plain() for one in signatures]}


def bounded(pdf: bytes) -> bool:
    """Say whether a file has no more signatures than a paper may have. Raises pdfs.UnreadablePdf.

    A table of objects that says it is longer than the file is none: the reader would make all of it from nothing.
    """
    counted = {"signatures": 0, "fields": 0}

    def see(thing: Any) -> None:
        if not isinstance(thing, dict):
            return
        counted["signatures"] += "ByteRange" in thing
        counted["fields"] += thing.get("FT") == "Sig"
        if thing.get("Type") == "XRef" or {"W", "Size"} <= thing.keys():
            _must_fit(thing, len(pdf))

    return all(max(counted.values()) <= MAX_SIGNATURES for _object in pdfs.PdfObjects(pdf, see).walk())


def _must_fit(table: dict[str, Any], size: int) -> None:
    index = table.get("Index", [0, table.get("Size")])
    numbers = index if isinstance(index, list) else [None]
    widths = table.get("W")
    sound = (
        all(isinstance(number, int) and 0 <= number <= size for number in [*numbers[1::2], table.get("Size")])
        and sum(numbers[1::2]) <= size
        and isinstance(widths, list)
        and all(isinstance(width, int) and 0 <= width <= 8 for width in widths)
        and sum(widths) > 0
    )
    if not sound:
        raise pdfs.UnreadablePdf("a table of objects that is longer than the file")


def _keywords(pdf: bytes) -> str:
    try:
        particulars: Any = PdfReader(BytesIO(pdf), strict=False).metadata or {}
        return str(particulars.get("/Keywords", ""))[:MAX_KEYWORDS]
    except Exception:  # a damaged file breaks the reader in many ways; then it says nothing
        return ""


def found(pdf: bytes, *, roots: Iterable[str], stampers: Iterable[str], at: datetime) -> list[FoundSignature]:
    """Return the signatures of a file, in the order they were made.

    roots      what signers' certificates may rest on, PEM
    stampers   what those of time-stamping authorities may rest on, PEM
    at         the moment at which certificates must have been valid; a signer's may be so at the time that is stamped
    """
    reader = PdfFileReader(BytesIO(pdf), strict=False)
    trusted = [read_certificate(root) for root in roots]
    timed = [read_certificate(root) for root in stampers]
    return [_examined(signature, trusted, timed, at) for signature in reader.embedded_regular_signatures]


def _examined(
    signature: EmbeddedPdfSignature, roots: list[x509.Certificate], stampers: list[x509.Certificate], at: datetime
) -> FoundSignature:
    status = _status(signature, roots, stampers, at, at)
    stamp = status.timestamp_validity
    stamped = bool(stamp and stamp.intact and stamp.valid and stamp.trusted)
    if stamp and stamped and not status.trusted:
        status = _status(signature, roots, stampers, stamp.timestamp, at)
    signer = signature.signer_cert
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return FoundSignature(
        signer=common_name(signer),
        serial=f"{signer.serial_number:x}",
        signed_at=status.signer_reported_dt,
        valid=bool(status.intact and status.valid and _nothing_follows(signature.pkcs7_content)),
        trusted=bool(status.trusted),
        whole=whole,
        only_signed=whole or bool(status.coverage == SignatureCoverageLevel.ENTIRE_REVISION and status.docmdp_ok),
        stamped_at=stamp.timestamp if stamp and stamped else None,
        stamped_by=common_name(stamp.signing_cert) if stamp and stamped else "",
    )


def _status(
    signature: EmbeddedPdfSignature,
    roots: list[x509.Certificate],
    stampers: list[x509.Certificate],
    signed_at: datetime,
    stamped_at: datetime,
) -> PdfSignatureStatus:
    signer = ValidationContext(trust_roots=roots, allow_fetching=False, moment=signed_at)
    stamper = ValidationContext(trust_roots=stampers, allow_fetching=False, moment=stamped_at)
    return asyncio.run(async_validate_pdf_signature(signature, signer, stamper))


def _nothing_follows(content: bytes) -> bool:
    """Say whether only zeros fill the room behind the signature: the one place that it does not cover."""
    length = 2 + content[1]
    if content[1] & 0x80:
        size = content[1] & 0x7F
        length = 2 + size + int.from_bytes(content[2 : 2 + size], "big")
    return not content[length:].strip(b"\0")
