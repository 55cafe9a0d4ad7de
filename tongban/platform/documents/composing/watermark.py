"""Write across every page of a file what a copy of it may be used for."""

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject
from reportlab.pdfgen.canvas import Canvas

from tongban.platform.documents.composing import fonts

SIZE, ANGLE, GREY = 13, 28, 0.35
STEP_X, STEP_Y = 300, 150


def watermarked(pdf: bytes, lines: Sequence[str], foot: str) -> bytes:
    """Return the file with these lines slanting over every page and one more at its foot.

    Signatures in the file do not fit what is changed: their places are emptied, so that it can be sealed anew.
    """
    writer = PdfWriter(clone_from=BytesIO(pdf))
    for page in writer.pages:
        box = page.mediabox
        page.merge_page(PdfReader(BytesIO(_mark(float(box.width), float(box.height), lines, foot))).pages[0])
        for reference in page.get("/Annots") or ():
            _empty(reference.get_object())
    for name in ("/DSS", "/Perms"):
        writer.root_object.pop(NameObject(name), None)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _empty(annotation: DictionaryObject) -> None:
    if annotation.get("/FT") == "/Sig":
        for name in ("/V", "/Lock"):
            annotation.pop(NameObject(name), None)


def _mark(width: float, height: float, lines: Sequence[str], foot: str) -> bytes:
    fonts.faces()
    out = BytesIO()
    canvas = Canvas(out, pagesize=(width, height))
    canvas.setFillGray(GREY, 0.28)
    for row in range(int(height / STEP_Y) + 2):
        for column in range(-1, int(width / STEP_X) + 2):
            canvas.saveState()
            canvas.translate(column * STEP_X + (row % 2) * STEP_X / 2, row * STEP_Y)
            canvas.rotate(ANGLE)
            canvas.setFont(fonts.REGULAR, SIZE)
            for number, line in enumerate(lines):
                canvas.drawString(0, -number * SIZE * 1.4, line)
            canvas.restoreState()
    canvas.setFillGray(0.25, 1)
    canvas.setFont(fonts.REGULAR, 8)
    canvas.drawString(24, 14, foot)
    canvas.save()
    return out.getvalue()
