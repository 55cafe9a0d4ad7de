"""Open what came in with the real readers, so that the content decides what it is."""

import warnings
from io import BytesIO

from django.conf import settings
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader


class Unreadable(Exception):
    """The reader of this kind of file cannot open it."""


class Encrypted(Exception):
    """It is a PDF behind a password."""


class Enormous(Exception):
    """It is a picture with more pixels than are unpacked here."""


def open_pdf(content: bytes) -> int:
    """Return the number of pages. Raises Encrypted, Unreadable."""
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise Encrypted
        pages = reader.get_num_pages()
    except Encrypted:
        raise
    except Exception as error:  # the reader meets hostile input here and fails in many ways, recursion among them
        raise Unreadable(str(error)) from error
    if not pages:
        raise Unreadable("no pages")
    return pages


def open_picture(content: bytes, kind: str) -> tuple[int, int]:
    """Return width and height in pixels. Raises Enormous, Unreadable."""
    formats = {"png": ("PNG",), "jpg": ("JPEG", "MPO")}[kind]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=formats) as picture:
                width, height = picture.size
                if width * height > settings.STORAGE_PIXELS:
                    raise Enormous
                picture.verify()
    except Image.DecompressionBombError as bomb:
        raise Enormous from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Unreadable(str(error)) from error
    return width, height
