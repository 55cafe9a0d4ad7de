"""Small copies of pictures for lists; the original is sent only to whoever opens it."""

import warnings
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from tongban.infrastructure.storage import disk

# Twice as wide as lists show them, for screens with fine dots.
SIDE = 320
# How many a process remembers; one takes some 10 KB.
REMEMBERED = 200


@lru_cache(maxsize=REMEMBERED)
def small(digest: str) -> bytes:
    """Return a small JPEG of a kept picture, turned as it was taken and without what the camera wrote into it.

    Its number of pixels was bounded when it was taken in. Raises disk.Damaged; ValueError where it is no picture.
    """
    with disk.open_(digest) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=("JPEG", "MPO", "PNG")) as picture:
                picture.draft("RGB", (SIDE, SIDE))
                turned = ImageOps.exif_transpose(picture)
                turned.thumbnail((SIDE, SIDE))
                made = BytesIO()
                turned.convert("RGB").save(made, "JPEG", quality=80)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
            raise ValueError(str(error)) from error
    return made.getvalue()
