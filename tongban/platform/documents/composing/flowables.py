"""What a sheet is built of: tables, fields, and the block where department, date, seal and QR code stand."""

import re
from io import BytesIO
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString
from reportlab.platypus import Flowable, Table

from tongban.platform.documents.composing import fonts, symbols
from tongban.platform.documents.composing.archival import Element
from tongban.platform.documents.composing.markdown import Block
from tongban.platform.documents.composing.paragraphs import Look, Paragraph, ink

INK, PALE, LINE = "#1a1a1a", "#f4f1ea", "#6b6459"
SEAL = 42 * mm  # a department's round seal; GB/T 9704 leaves its size to the seal
QR = 24 * mm
PHOTO = (26 * mm, 32 * mm)  # 358 x 441 dots at 350 to the inch. Source: GA/T 461—2019, photographs of identity cards
SQUEEZE = 1.4  # how much longer than its column a label may be and still stand on one line
SEAL_FIELD = "Seal"


class Ruled(Table):
    """A table whose lines and grounds are decoration."""

    def _drawBkgrnd(self) -> None:  # noqa: N802
        self.canv.begin(None)
        super()._drawBkgrnd()
        self.canv.end()

    def _drawLines(self) -> None:  # noqa: N802
        self.canv.begin(None)
        super()._drawLines()
        self.canv.end()


def table(block: Block, look: Look, width: float, root: Element) -> Table:
    """Return a ruled table; its head comes again on every page."""
    total = sum(block.widths)
    cell = look.replace(indent=0, size=look.size * 0.8, leading=look.size * 1.2)
    whole = Element("Table", root)
    rows = [
        [
            Paragraph(
                text, cell.replace(align="centre" if head else align, bold=head), Element("TH" if head else "TD", line)
            )
            for text, align in zip(row, block.aligns, strict=True)
        ]
        for number, row in enumerate(block.rows)
        for head, line in [(block.head and not number, Element("TR", whole))]
    ]
    style: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.6, LINE),
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ]
    if block.head:
        style.append(("BACKGROUND", (0, 0), (-1, 0), PALE))
    widths = [width * part / total for part in block.widths]
    return Ruled(rows, colWidths=widths, style=style, repeatRows=int(block.head), spaceBefore=6, spaceAfter=10)


def fields(block: Block, look: Look, width: float, root: Element) -> Table:
    """Return label and value in a ruled two-column table, as receipts have it."""
    cell = look.replace(indent=0, size=look.size * 0.9, leading=look.size * 1.5)
    whole = Element("Table", root)
    lines = [Element("TR", whole) for _row in block.rows]
    labels = [
        Paragraph(row[0], cell.replace(align="left"), Element("TH", line))
        for row, line in zip(block.rows, lines, strict=True)
    ]
    first = min(max(label.natural_width() for label in labels) + 16, width * 0.4)
    rows = [
        [label, Paragraph(row[1], cell, Element("TD", line))]
        for label, row, line in zip(labels, block.rows, lines, strict=True)
    ]
    style = [
        ("GRID", (0, 0), (-1, -1), 0.6, LINE),
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR),
        ("BACKGROUND", (0, 0), (0, -1), PALE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ]
    return Ruled(rows, colWidths=[first, width - first], style=style, spaceBefore=6, spaceAfter=10)


class Face(Flowable):
    """One field of a licence: the label spread over the width of the longest one, then its value."""

    def __init__(self, label: str, value: str, look: Look, label_width: float, element: Element) -> None:
        super().__init__()
        self.label = Paragraph(label, look.replace(align="left", bold=True, indent=0), element)
        natural = _label_width(label, look)
        if label_width < natural <= label_width * SQUEEZE and "\n" not in label:
            # One line in smaller type: broken, the colon would stand in the middle of the label.
            self.label.look = self.label.look.replace(size=look.size * label_width / natural * 0.99)
        if _label_width(label, look) <= label_width:
            self.label.look = self.label.look.replace(align="spread")
        self.value = Paragraph(value, look.replace(align="left", indent=0), element)
        self.label_width, self.gap = label_width, look.size * 0.5

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        _w, left = self.label.wrap(self.label_width, height)
        _w, right = self.value.wrap(width - self.label_width - self.label.look.size * 1.5, height)
        self.height = max(left, right) + self.gap
        return width, self.height

    def draw(self) -> None:
        size = self.label.look.size
        self.label.drawOn(self.canv, 0, self.height - self.label.height)
        Paragraph("：", self.label.look.replace(align="left"), self.label.element).draw_at(
            self.canv, self.label_width, self.height - self.label.look.leading
        )
        self.value.drawOn(self.canv, self.label_width + size * 1.5, self.height - self.value.height)


def faces(block: Block, look: Look, width: float, root: Element) -> list[Face]:
    labels = [_in_lines(row[0]) for row in block.rows]
    naturals = [_label_width(label, look) for label in labels]
    widest = max((width_ for width_ in naturals if width_ <= 10.2 * look.size), default=10 * look.size)
    column = min(widest + 0.1, width * 0.42)
    return [
        Face(label, row[1], look, column, Element("P", root)) for label, row in zip(labels, block.rows, strict=True)
    ]


def _in_lines(label: str) -> str:
    """Put what a long label says in brackets on a line of its own, as licences have it: 法定代表人 over （负责人）."""
    return label.replace("（", "\n（", 1) if len(label) > 8 else label


def _label_width(label: str, look: Look) -> float:
    return max(Paragraph(line, look.replace(bold=True)).natural_width() for line in label.split("\n"))


class Picture(Flowable):
    """A picture, as large as photographs of holders are."""

    def __init__(self, jpeg: bytes, shows: str, root: Element) -> None:
        super().__init__()
        self.jpeg, self.element = jpeg, Element("Figure", root, alt=shows)
        self.width, self.height = PHOTO
        self.spaceAfter = 10

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self.canv.begin(self.element)
        self.canv.drawImage(ImageReader(BytesIO(self.jpeg)), 0, 0, self.width, self.height)
        self.canv.end()
        self.canv.begin(None)
        self.canv.setStrokeColor(ink(LINE))
        self.canv.setLineWidth(0.4)
        self.canv.rect(0, 0, self.width, self.height)
        self.canv.end()


class Closing(Flowable):
    """Department and date at the bottom right with the place for the seal over them, the QR code at the left.

    The place is an empty signature field named "Seal", so that any PDF signer finds it.
    """

    def __init__(
        self,
        lines: tuple[str, ...],
        look: Look,
        root: Element,
        *,
        qr: str,
        caption: str,
        seal: bool,
        bottom: bool = False,
    ) -> None:
        super().__init__()
        self.lines = [Paragraph(line, look.replace(align="left", indent=0), Element("P", root)) for line in lines]
        self.root = root
        self.look, self.qr, self.seal, self.bottom = look, qr, seal, bottom
        self.caption = caption.split("\n")
        self.under_qr = 2 + 12 * len(self.caption)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        text = len(self.lines) * self.look.leading
        need = max(SEAL if self.seal else text, QR + self.under_qr if self.qr else 0, text) + 8
        self.width, self.need = width, need
        self.height = max(need, height - 0.1) if self.bottom and height > need else need
        return width, self.height

    def draw(self) -> None:
        widths = [line.natural_width() for line in self.lines]
        block = max(widths, default=0.0)
        # 右空四字 where there is room beside the QR code. Source: GB/T 9704-2012, 7.3.5.
        room = self.width - (QR + 10 if self.qr else 0) - block
        centre = self.width - block / 2 - max(0.0, min(4 * self.look.size, room))
        centre = min(centre, self.width - SEAL / 2) if self.seal and not block else centre
        y = self.need / 2 + len(self.lines) * self.look.leading / 2
        for line, width in zip(self.lines, widths, strict=True):
            y -= self.look.leading
            line.draw_at(self.canv, centre - width / 2, y)
        if self.qr:
            under = (self.need - QR - self.under_qr) / 2 + self.under_qr
            draw_qr(self.canv, self.qr, self.caption, under, self.root)
        if self.seal:
            _draw_seal_box(self.canv, centre - SEAL / 2, (self.need - SEAL) / 2, Element("Form", self.root))


def draw_qr(canvas: Any, text: str, caption: list[str], y: float, root: Element) -> None:
    """Draw a QR code as vectors, with the words that say what it is for."""
    rows = symbols.qr(text)
    dot = QR / len(rows)
    canvas.begin(Element("Figure", root, alt=f"{''.join(caption[:1])}：{text}"))
    canvas.setFillColor(ink(INK))
    canvas._code.append(f"q {dot:.5f} 0 0 {-dot:.5f} 0 {y + QR:.3f} cm {_stripes(rows)} Q")
    canvas.end()
    for number, words in enumerate(caption):
        look = Look(8 if number else 9, 12, align="centre", colour=LINE)
        Paragraph(words, look, Element("P", root)).draw_at(canvas, 0, y - 13 - 12 * number, width=QR)


def _stripes(rows: tuple[str, ...]) -> str:
    """Return the commands that fill the dark dots, those side by side as one, where a dot is one wide and one high."""
    dark = ((row, match) for row, dots in enumerate(rows) for match in re.finditer("1+", dots))
    return " ".join(f"{match.start()} {row} {len(match[0])} 1 re" for row, match in dark) + " f"


def _draw_seal_box(canvas: Any, x: float, y: float, element: Element) -> None:
    left, bottom = canvas.absolutePosition(x, y)
    field = PDFDictionary(
        {
            "Type": PDFName("Annot"),
            "Subtype": PDFName("Widget"),
            "FT": PDFName("Sig"),
            "T": PDFString(SEAL_FIELD),
            "F": 132,  # print it, do not let anyone move it
            "Rect": PDFArray([round(left, 2), round(bottom, 2), round(left + SEAL, 2), round(bottom + SEAL, 2)]),
            "P": canvas._doc.thisPageRef(),
            "StructParent": canvas.annotated(element, canvas._doc.refAnnotation(SEAL_FIELD)),
        }
    )
    canvas._addAnnotation(field, SEAL_FIELD)
    canvas._doc._catalog.AcroForm = PDFDictionary({"Fields": PDFArray([canvas._doc.refAnnotation(SEAL_FIELD)])})
