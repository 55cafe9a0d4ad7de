"""The border of a licence: double lines, fretted corners, and a pale rosette that a copier blurs."""

import zlib
from functools import cache
from math import cos, pi, sin
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream

EDGE, PALE = "#8a7448", "#f3ecdd"
_OUTER, _INNER = 26, 36
_STEPS = 192
_ROSETTE = "Rosette"


def draw(canvas: Any, width: float, height: float) -> None:
    """Draw the border and the rosette on the page, beneath everything else."""
    canvas.saveState()
    if not canvas.hasForm(_ROSETTE):
        canvas._doc.addForm(_ROSETTE, PDFStream(*_packed(width, height)))
    canvas.doForm(_ROSETTE)
    canvas.setStrokeColor(EDGE)
    for inset, line in ((_OUTER, 2.4), (_OUTER + 5, 0.6), (_INNER, 0.9)):
        canvas.setLineWidth(line)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)
    for x, right in ((_INNER, False), (width - _INNER, True)):
        for y, top in ((_INNER, False), (height - _INNER, True)):
            _fret(canvas, x, y, -1 if right else 1, -1 if top else 1)
    canvas.restoreState()


def _fret(canvas: Any, x: float, y: float, across: int, up: int) -> None:
    """Draw a 回纹 in a corner, turned inwards."""
    turns = [(0, 26), (26, 26), (26, 6), (12, 6), (12, 18), (19, 18), (19, 12)]
    path = canvas.beginPath()
    path.moveTo(x + across * 6, y + up * 6)
    for right, high in turns:
        path.lineTo(x + across * (6 + right), y + up * (6 + high))
    canvas.setLineWidth(1.6)
    canvas.drawPath(path)


def _packed(width: float, height: float) -> tuple[PDFDictionary, bytes]:
    """Return the rosette as a drawing of its own, head and content: by far the largest part of a page, always alike."""
    head = {
        "Type": PDFName("XObject"),
        "Subtype": PDFName("Form"),
        "BBox": PDFArray([0, 0, round(width), round(height)]),
        "Resources": PDFDictionary({}),
        "Filter": PDFName("FlateDecode"),
    }
    return PDFDictionary(head), _compressed(width / 2, height / 2, min(width, height) * 0.34)


@cache
def _compressed(x: float, y: float, radius: float) -> bytes:
    return zlib.compress(_rosette(x, y, radius).encode(), 9)


def _rosette(x: float, y: float, radius: float) -> str:
    """Return the drawing commands of interlaced waves round a centre."""
    commands = [f"{_channels(PALE)} RG 0.45 w"]
    for band, waves in ((1.0, 16), (0.66, 12), (0.36, 8)):
        for phase in range(6):
            for step in range(_STEPS + 1):
                turn = 2 * pi * step / _STEPS
                far = radius * band * (0.84 + 0.16 * cos(waves * turn + 2 * pi * phase / 6))
                commands.append(f"{x + far * cos(turn):.1f} {y + far * sin(turn):.1f} {'l' if step else 'm'}")
            commands.append("S")
    return " ".join(commands)


def _channels(colour: str) -> str:
    return " ".join(f"{int(colour[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5))
