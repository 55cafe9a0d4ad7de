"""Photographs for tests, as a phone takes them."""

from io import BytesIO

from PIL import Image


def photo(colour: str = "gray", size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a picture as a JPEG file."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()
