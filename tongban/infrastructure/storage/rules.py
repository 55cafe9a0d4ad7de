"""What a file is and what it may be called, by its content; no disk, no database."""

import re
import zlib

from tongban.infrastructure.kernel import text as typed

MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}
ENDINGS = {"pdf": "pdf", "png": "png", "jpg": "jpg", "jpeg": "jpg", "jpe": "jpg"}

# The harmless file every scanner must find (eicar.org), in two parts so that this source is not found itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_ACTIVE = re.compile(rb"/(JavaScript|Launch|RichMedia|ImportData)(?![A-Za-z0-9])")
_HEX_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b")
_STREAM = re.compile(rb"stream\r?\n")
_UNPACKED_MAX = 32 * 1024 * 1024
_NAME_MAX = 120


def kind_of(content: bytes) -> str | None:
    """Return "pdf", "png" or "jpg" by the first bytes; None for anything else."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    return None


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
    if len(kept) > _NAME_MAX and dot and len(ending) < 8:
        return f"{stem[:_NAME_MAX]}.{ending}"
    return kept[:_NAME_MAX]


def clean_name(name: str, kind: str) -> str:
    """Return a name that is safe to store, show and send, with the ending that the content asks for."""
    kept = safe_name(name)
    stem, dot, ending = kept.rpartition(".")
    if not dot or ENDINGS.get(ending.lower()) != kind:
        stem, ending = kept, kind
    return f"{stem.strip(' .') or 'file'}.{ending.lower()}"


def harmful(content: bytes) -> str | None:
    """Name the harmful thing a file carries: the scanners' test file, or a PDF that would run something."""
    if EICAR in content:
        return "EICAR"
    if not content.startswith(b"%PDF-"):
        return None
    for part in (content, *_object_streams(content)):
        plain = _HEX_NAME.sub(lambda m: bytes([int(m[1], 16)]), part) if b"#" in part else part
        if found := _ACTIVE.search(plain):
            return found[1].decode()
    return None


def _object_streams(content: bytes) -> list[bytes]:
    """Unpack the streams in which a PDF may hide its dictionaries; bounded, so that a bomb stays small."""
    parts, left = [], _UNPACKED_MAX
    for mark in _OBJECT_STREAM.finditer(content):
        start = _STREAM.search(content, mark.end(), mark.end() + 4096)
        if start is None or left <= 0:
            continue
        try:
            part = zlib.decompressobj().decompress(content[start.end() :], left)
        except zlib.error:
            continue
        parts.append(part)
        left -= len(part)
    return parts
