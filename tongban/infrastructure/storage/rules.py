"""What a file is and what it may be called, by its content; no disk, no database."""

import re

from tongban.infrastructure.kernel import text as typed

MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "ofd": "application/ofd"}
# What the house makes and nobody brings.
MADE = {"zip": "application/zip"}
ENDINGS = {
    "pdf": "pdf",
    "png": "png",
    "ofd": "ofd",
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp"), "jpg"),
}
# Endings that every device knows.
COMMON = {"pdf", "png", "jpg", "jpeg", "ofd"}
# Brands of pictures that telephones take; ISO/IEC 23008-12, annex B.
HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}

# The harmless file every scanner must find (eicar.org), in two parts so that this source is not found itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_MAX_NAME = 120


def kind_of(content: bytes) -> str | None:
    """Return "pdf", "png", "jpg", "ofd" or "heic" by the content; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content[4:8] == b"ftyp" and content[8:12] in HEIC:
        return "heic"
    if content.startswith(b"PK\x03\x04") and b"OFD.xml" in content:
        return "ofd"
    return "pdf" if pdf_starts(content) >= 0 else None


def ending_of(name: str) -> str:
    """Return what the name's ending claims: a kind, "" without an ending, else the ending itself."""
    _stem, dot, ending = name.rpartition(".")
    ending = ending.strip().lower() if dot else ""
    return ENDINGS.get(ending, ending)


def safe_name(name: str) -> str:
    """Return a name without folders, control characters, direction marks and what file systems forbid."""
    name = typed.prose(name.replace("\\", "/").rsplit("/", 1)[-1])
    kept = "".join(c for c in name if c not in '<>:"|?*')
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > _MAX_NAME and dot and len(ending) < 8:
        return f"{stem[:_MAX_NAME]}.{ending}"
    return kept[:_MAX_NAME]


def clean_name(name: str, kind: str) -> str:
    """Return a name that is safe to store, show and send, with the ending that the content asks for."""
    kept = safe_name(name)
    stem, dot, ending = kept.rpartition(".")
    if not dot or ending.lower() not in ENDINGS:
        stem, ending = kept, kind
    elif ending.lower() not in COMMON or ENDINGS[ending.lower()] != kind:
        ending = kind
    return f"{stem.strip(' .') or 'file'}.{ending.lower()}"


def harmful(content: bytes) -> str | None:
    """Name what every scanner must find: its harmless test file."""
    return "EICAR" if EICAR in content else None


def pdf_starts(content: bytes) -> int:
    """Return where a PDF begins: readers accept a mark or some lines before it. -1 where none does.

    Source: ISO 32000-1, annex H, implementation note 13: within the first 1024 bytes.
    """
    return content.find(b"%PDF-", 0, 1024 + 5)
