"""Copies of pictures: small ones for lists, and portraits as documents print them. The original stays as it came.

Strangers' pictures are unpacked in the sandbox, never in a web thread.
"""

import warnings
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageOps

from tongban.infrastructure.storage import disk, sandbox

# Twice as wide as lists show them, for screens with fine dots.
SIDE = 320
# As large as everybody sees a picture.
SHOWN = 1600
# How many a process remembers; one takes some 10 KB.
REMEMBERED = 200


@lru_cache(maxsize=REMEMBERED)
def small(digest: str) -> bytes:
    """Return a small JPEG of a saved picture. Raises disk.DamagedFile, and what `sandbox.ask` raises."""
    with disk.open_(digest) as file:
        return b64decode(sandbox.ask("tongban.infrastructure.storage.pictures:made_small", file.read()))


def shown(digest: str) -> bytes:
    """Return a JPEG of a saved picture with nothing in it but the dots. Raises as `small` does."""
    with disk.open_(digest) as file:
        return b64decode(sandbox.ask("tongban.infrastructure.storage.pictures:made_shown", file.read()))


def portrait(digest: str, *, width: int, height: int) -> bytes:
    """Return a JPEG of this size in dots, around the head. Raises disk.DamagedFile, and what `sandbox.ask` raises."""
    with disk.open_(digest) as file:
        made = sandbox.ask(
            "tongban.infrastructure.storage.pictures:made_portrait", file.read(), width=width, height=height
        )
    return b64decode(made)


def made_small(content: bytes) -> str:
    """Return a small JPEG in base64, turned as it was taken and without what the camera wrote into it."""
    with _opened(content, (SIDE, SIDE)) as turned:
        turned.thumbnail((SIDE, SIDE))
        return _jpeg(turned, quality=80)


def made_shown(content: bytes) -> str:
    """Return a JPEG in base64 as large as pages show it, without place, time and device that a camera writes."""
    with _opened(content, (SHOWN, SHOWN)) as turned:
        turned.thumbnail((SHOWN, SHOWN))
        return _jpeg(turned, quality=85)


def made_portrait(content: bytes, *, width: int, height: int) -> str:
    """Return a JPEG in base64 that has this size; what is too wide or too high is cut off, less above than below."""
    with _opened(content, (width, height)) as turned:
        return _jpeg(ImageOps.fit(turned, (width, height), centering=(0.5, 0.35)), quality=92)


@contextmanager
def _opened(content: bytes, size: tuple[int, int]) -> Iterator[Image.Image]:
    """Open a picture, not much larger than it is needed, turned as it was taken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
            picture.draft("RGB", size)
            yield ImageOps.exif_transpose(picture)


def _jpeg(picture: Image.Image, *, quality: int) -> str:
    """Return nothing but the dots, on white where one can see through them."""
    made = BytesIO()
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        picture = Image.new("RGB", picture.size, "white")
        picture.paste(seen, mask=seen)
    picture.convert("RGB").save(made, "JPEG", quality=quality)
    return b64encode(made.getvalue()).decode("ascii")
