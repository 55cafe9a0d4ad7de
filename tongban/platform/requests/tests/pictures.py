"""Photographs as phones take them: with the place in what the camera writes."""

from io import BytesIO
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

NUMBERS = count(1)
GPS = 0x8825


def photograph(name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    """Return a small photograph, another one each time, with a position in its EXIF data."""
    picture = Image.new("RGB", (64, 48), (next(NUMBERS) % 255, 90, 60))
    exif = Image.Exif()
    exif[0x0110] = "Phone X"
    exif.get_ifd(GPS).update({1: "N", 2: (30.0, 34.0, 22.0), 3: "E", 4: (104.0, 4.0, 2.0)})
    made = BytesIO()
    picture.save(made, "JPEG", exif=exif)
    return SimpleUploadedFile(name, made.getvalue(), content_type="image/jpeg")
