"""Small copies of pictures for lists; the original is sent only to whoever opens it.

Strangers' pictures are unpacked in the process apart, never in a web thread.
"""

import warnings
from base64 import b64decode, b64encode
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageOps

from tongban.infrastructure.storage import apart, disk

# Twice as wide as lists show them, for screens with fine dots.
SIDE = 320
# How many a process remembers; one takes some 10 KB.
REMEMBERED = 200


@lru_cache(maxsize=REMEMBERED)
def small(digest: str) -> bytes:
    """Return a small JPEG of a kept picture. Raises disk.Damaged, and what `apart.ask` raises."""
    with disk.open_(digest) as file:
        return b64decode(apart.ask("tongban.infrastructure.storage.pictures:made_small", file.read()))


def made_small(content: bytes) -> str:
    """Return a small JPEG in base64, turned as it was taken and without what the camera wrote into it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(BytesIO(content), formats=("JPEG", "MPO", "PNG")) as picture:
            picture.draft("RGB", (SIDE, SIDE))
            turned = ImageOps.exif_transpose(picture)
            turned.thumbnail((SIDE, SIDE))
            made = BytesIO()
            turned.convert("RGB").save(made, "JPEG", quality=80)
    return b64encode(made.getvalue()).decode("ascii")
