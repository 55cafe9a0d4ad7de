"""Read the signatures of a PDF file by pyHanko. Knows no settings and no database, for strangers' are read apart."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from tongban.infrastructure.storage import pdfs

# More than anybody puts on one paper; each costs time to check.
SIGNATURES_MAX = 8
_KEYWORDS_MAX = 500


@dataclass(frozen=True)
class Found:
    """One signature as it was found in a file.

    valid        the signature fits what it covers, and nothing but zeros follows it in its place
    whole        it covers the file to its last byte
    only_signed  what was added after it is nothing but another signature
    """

    signer: str
    serial: str
    signed_at: datetime | None
    valid: bool
    trusted: bool
    whole: bool
    only_signed: bool

    def plain(self) -> dict[str, Any]:
        """Return it for a journey between processes; `from_plain` makes it anew."""
        return asdict(self) | {"signed_at": self.signed_at.isoformat() if self.signed_at else None}

    @classmethod
    def from_plain(cls, said: dict[str, Any]) -> "Found":
        at = said["signed_at"]
        return cls(**(said | {"signed_at": datetime.fromisoformat(at) if at else None}))


def judge(pdf: bytes, *, roots: list[str], moment: str) -> dict[str, Any]:
    """Say of a stranger's file who signed it, and what it says of itself, in plain values.

    fault      "" or why nothing can be said of its signatures: "unreadable", "crowded" with signatures
    keywords   of its particulars, where a licence carries its code
    """
    said: dict[str, Any] = {"fault": "", "found": [], "keywords": ""}
    try:
        if not bounded(pdf):
            return said | {"fault": "crowded"}
        said["keywords"] = _keywords(pdf)
        signatures = found(pdf, roots=roots, at=lambda _serial: datetime.fromisoformat(moment))
    except MemoryError:
        raise
    except Exception:  # a hostile or damaged file can break the reader in any way; whichever way, it is refused
        return said | {"fault": "unreadable"}
    return said | {"found": [one.plain() for one in signatures]}


def bounded(pdf: bytes) -> bool:
    """Say whether a file has no more signatures than a paper may have. Raises pdfs.Unreadable.

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

    return all(max(counted.values()) <= SIGNATURES_MAX for _object in pdfs.Objects(pdf, see).walk())


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
        raise pdfs.Unreadable("a table of objects that is longer than the file")


def _keywords(pdf: bytes) -> str:
    try:
        particulars: Any = PdfReader(BytesIO(pdf), strict=False).metadata or {}
        return str(particulars.get("/Keywords", ""))[:_KEYWORDS_MAX]
    except Exception:  # a damaged file breaks the reader in many ways; then it says nothing
        return ""


def found(pdf: bytes, *, roots: Iterable[str], at: Callable[[str], datetime]) -> list[Found]:
    """Return the signatures of a file, in the order they were made.

    at   tells for the serial number of a signer's certificate the moment at which it must have been valid
    """
    reader = PdfFileReader(BytesIO(pdf), strict=False)
    trusted = [certificate(root) for root in roots]
    return [_examined(signature, trusted, at) for signature in reader.embedded_regular_signatures]


def _examined(signature: EmbeddedPdfSignature, roots: list[x509.Certificate], at: Callable[[str], datetime]) -> Found:
    signer = signature.signer_cert
    serial = f"{signer.serial_number:x}"
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=at(serial))
    status: PdfSignatureStatus = asyncio.run(async_validate_pdf_signature(signature, context))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return Found(
        signer=str(signer.subject.native.get("common_name", signer.subject.human_friendly)),
        serial=serial,
        signed_at=status.signer_reported_dt,
        valid=bool(status.intact and status.valid and _nothing_follows(signature.pkcs7_content)),
        trusted=bool(status.trusted),
        whole=whole,
        only_signed=whole or bool(status.coverage == SignatureCoverageLevel.ENTIRE_REVISION and status.docmdp_ok),
    )


def _nothing_follows(content: bytes) -> bool:
    """Say whether only zeros fill the room behind the signature: the one place that it does not cover."""
    length = 2 + content[1]
    if content[1] & 0x80:
        size = content[1] & 0x7F
        length = 2 + size + int.from_bytes(content[2 : 2 + size], "big")
    return not content[length:].strip(b"\0")


@lru_cache(maxsize=200)
def certificate(text: str) -> x509.Certificate:
    """Read a certificate in PEM."""
    found = x509.Certificate.load(pem.unarmor(text.encode())[2])
    # Many threads read it: what is read in parts, at the first look, would be seen half read.
    assert found.native
    return found
