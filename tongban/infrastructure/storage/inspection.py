"""Open what came in with the real readers, so that the content decides what it is.

Runs in a process of its own, with little time and memory: see `sandbox`. It knows no settings and no database.
"""

import warnings
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.generic import EncodedStreamObject

from tongban.infrastructure.storage import active_content, ofds, pdfs, rules


class UnreadableFile(Exception):
    """The reader of this kind of file cannot open it."""


class NeedsPassword(Exception):
    """It is a PDF that nobody can read without a password."""


class TooManyPixels(Exception):
    """It is a picture with more pixels than are unpacked here."""


def inspect(content: bytes, *, kind: str, pixels: int) -> dict[str, Any]:
    """Say what is wrong with a file: {"fault": "", "password", "unreadable", "pixels" or "active", "found": …}."""
    try:
        if kind == "pdf":
            open_pdf(content)
        elif kind == "ofd":
            ofds.open_ofd(content)
        else:
            open_picture(content, kind, pixels)
    except NeedsPassword:
        return {"fault": "password", "found": ""}
    except TooManyPixels:
        return {"fault": "pixels", "found": ""}
    except (UnreadableFile, pdfs.UnreadablePdf, ofds.UnreadableOfd) as wrong:
        return {"fault": "unreadable", "found": str(wrong)}
    except active_content.ActiveContent as wrong:
        return {"fault": "active", "found": str(wrong)}
    return {"fault": "", "found": ""}


def open_pdf(content: bytes) -> int:
    """Return the number of pages. Raises NeedsPassword, UnreadableFile, ActiveContent, UnreadablePdf."""
    content = content[rules.pdf_starts(content) :]
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = 0 if locked else reader.get_num_pages()
    except Exception as error:  # the reader meets hostile input here and fails in many ways, recursion among them
        raise UnreadableFile(str(error)) from error
    if locked:
        raise NeedsPassword
    if not pages:
        raise UnreadableFile("no pages")
    active_content.look(content, _decryption(reader) if reader.is_encrypted else None)
    return pages


def open_picture(content: bytes, kind: str, pixels: int) -> tuple[int, int]:
    """Return width and height in pixels. Raises TooManyPixels, UnreadableFile."""
    formats = {"png": ("PNG",), "jpg": ("JPEG",)}[kind]  # MPO, as telephones write it, is opened as JPEG
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=formats) as picture:
                width, height = picture.size
                if width * height > pixels:
                    raise TooManyPixels
                picture.verify()
    except Image.DecompressionBombError as bomb:
        raise TooManyPixels from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableFile(str(error)) from error
    return width, height


def _decryption(reader: PdfReader) -> pdfs.Decrypt:
    def decrypt(number: int, data: bytes) -> bytes:
        stream = EncodedStreamObject()
        stream._data = data
        try:
            return bytes(reader._encryption.decrypt_object(stream, number, 0, strict=False)._data)  # type: ignore[union-attr]
        except Exception as error:
            raise UnreadableFile(str(error)) from error

    return decrypt
