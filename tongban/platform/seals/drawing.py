"""The impression of a round seal: name along the ring, a mark of our own, the kind of seal, its code."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from math import cos, radians, sin
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

SIZE = 1000  # dots across
DIAMETER_MM = 42  # after the seals of authorities: 42 mm
FINE = 2  # everything is drawn this much larger and made smaller at the end, which smooths the edges


@dataclass(frozen=True)
class Impression:
    """What is written on a seal."""

    text: str
    name: str
    code: str


def drawn(impression: Impression, fonts: Path) -> bytes:
    """Return the impression as PNG, one bit a dot: 1 where there is ink.

    fonts   the folder with the two cuts of the typeface
    """
    canvas = Image.new("L", (SIZE * FINE, SIZE * FINE), 0)
    _ring(canvas)
    _mark(canvas)
    _along_the_ring(canvas, impression.text, fonts)
    _straight(canvas, impression.name, fonts)
    _at_the_foot(canvas, impression.code, fonts)
    small = canvas.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.point(lambda grey: 255 if grey > 127 else 0).convert("1").save(out, "PNG")
    return out.getvalue()


def bits(picture: bytes) -> bytes:
    """Return the dots of a picture, row by row, eight a byte."""
    return Image.open(BytesIO(picture)).convert("1").tobytes()


def coloured(picture: bytes, colour: tuple[int, int, int], size: int = 400) -> bytes:
    """Return the picture in ink on nothing, for screens."""
    ink = Image.open(BytesIO(picture)).convert("L").resize((size, size), Image.Resampling.LANCZOS)
    image = Image.new("RGBA", ink.size, (*colour, 0))
    image.putalpha(ink)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _ring(canvas: Image.Image) -> None:
    edge, width = 8 * FINE, 26 * FINE
    ImageDraw.Draw(canvas).ellipse((edge, edge, canvas.width - edge, canvas.height - edge), outline=255, width=width)


def _mark(canvas: Image.Image) -> None:
    """Draw two interlaced squares around a dot: eight directions and one centre, where all ways meet."""
    centre, radius = canvas.width / 2, 140 * FINE
    pen = ImageDraw.Draw(canvas)
    for turn in (0, 45):
        corners = [
            (centre + radius * cos(radians(turn + 90 * side)), centre + radius * sin(radians(turn + 90 * side)))
            for side in range(4)
        ]
        pen.line([*corners, *corners[:2]], fill=255, width=18 * FINE, joint="curve")
    dot = 50 * FINE
    pen.ellipse((centre - dot, centre - dot, centre + dot, centre + dot), fill=255)


def _along_the_ring(canvas: Image.Image, text: str, fonts: Path) -> None:
    """Write clockwise over the top; the more characters, the narrower they are and the further they reach round."""
    radius = 372 * FINE
    reach = min(240.0, 30.0 * (len(text) - 1))
    step = reach / max(1, len(text) - 1)
    height = 136 * FINE
    width = min(height * 0.86, radius * radians(step) * 0.86 if len(text) > 1 else height)
    for index, character in enumerate(text):
        angle = -reach / 2 + index * step
        glyph = _glyph(character, fonts, round(width), round(height))
        x = canvas.width / 2 + radius * sin(radians(angle))
        y = canvas.height / 2 - radius * cos(radians(angle))
        _print(canvas, glyph.rotate(-angle, Image.Resampling.BICUBIC, expand=True), x, y)


def _straight(canvas: Image.Image, text: str, fonts: Path) -> None:
    height = 78 * FINE
    step = min(height * 1.05, 470 * FINE / max(1, len(text)))
    for index, character in enumerate(text):
        glyph = _glyph(character, fonts, round(step * 0.95), height)
        x = canvas.width / 2 + (index - (len(text) - 1) / 2) * step
        _print(canvas, glyph, x, canvas.height / 2 + 218 * FINE)


def _at_the_foot(canvas: Image.Image, text: str, fonts: Path) -> None:
    """Write the digits counter-clockwise along the foot, so that they read from left to right."""
    radius, step = 424 * FINE, 4.4
    for index, character in enumerate(text):
        angle = (index - (len(text) - 1) / 2) * step
        glyph = _glyph(character, fonts, 26 * FINE, 44 * FINE)
        x = canvas.width / 2 + radius * sin(radians(angle))
        y = canvas.height / 2 + radius * cos(radians(angle))
        _print(canvas, glyph.rotate(angle, Image.Resampling.BICUBIC, expand=True), x, y)


def _print(canvas: Image.Image, glyph: Image.Image, x: float, y: float) -> None:
    corner = (round(x - glyph.width / 2), round(y - glyph.height / 2))
    box = (*corner, corner[0] + glyph.width, corner[1] + glyph.height)
    canvas.paste(ImageChops.lighter(canvas.crop(box), glyph), box)


def _glyph(character: str, fonts: Path, width: int, height: int) -> Image.Image:
    """Draw one character so that its ink fills the box, whatever white the font leaves around it."""
    face = _face(character, fonts)
    left, top, right, bottom = face.getbbox(character)
    ink = Image.new("L", (max(1, round(right - left)), max(1, round(bottom - top))), 0)
    ImageDraw.Draw(ink).text((-left, -top), character, fill=255, font=face)
    # Flat characters such as 一 must not be blown up to the height of the others.
    share = min(1.0, ink.height / (85 * FINE)) if not character.isdecimal() else 1.0
    scaled = ink.resize((width, max(1, round(height * share))), Image.Resampling.LANCZOS)
    glyph = Image.new("L", (width, height), 0)
    glyph.paste(scaled, (0, (height - scaled.height) // 2))
    return glyph


def _face(character: str, fonts: Path) -> ImageFont.FreeTypeFont:
    """Return the bold cut where it has the character, else the regular one, which has more."""
    small = _cut(fonts, "Bold", 16)
    unknown = bytes(small.getmask(character)) == bytes(small.getmask("\uffff"))
    return _cut(fonts, "Regular" if unknown else "Bold", 100 * FINE)


@cache
def _cut(fonts: Path, cut: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts / f"NotoSerifSC-{cut}.ttf"), size)
