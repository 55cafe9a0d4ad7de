"""Set a document that was read: pages, frames and pieces by its style, as PDF."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    HRFlowable,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Spacer,
)

from tongban.platform.documents.composing import border, flowables
from tongban.platform.documents.composing.archival import Element, Tagged
from tongban.platform.documents.composing.markdown import Block, Sheet, unshield
from tongban.platform.documents.composing.paragraphs import Look, Paragraph

# The typeface reads its file through one position; one document is set at a time in a process.
_lock = Lock()


@dataclass(frozen=True)
class PageContent:
    """Everything around the text.

    title  of the PDF; author: who issues it; qr: what the code says, caption: under it; seal: leave a place for one
    note   small words at the foot of each page; pictures: name → JPEG
    """

    title: str
    author: str = ""
    qr: str = ""
    caption: str = ""
    seal: bool = True
    note: str = ""
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class PageStyle:
    """Sizes in points, margins (top, right, bottom, left) in points."""

    body: Look
    title: Look
    margins: tuple[float, float, float, float]
    number: Look


# 公文: 三号字, 28 characters by 22 lines in a type area of 156 mm x 225 mm. Source: GB/T 9704-2012, part 5.
LETTER = PageStyle(
    body=Look(16, 28, indent=2),
    title=Look(22, 34, align="centre", bold=True),
    margins=(34 * mm, 26 * mm, 32 * mm, 28 * mm),
    number=Look(14, 30, align="centre"),
)
RECEIPT = PageStyle(
    body=Look(12, 21, indent=2),
    title=Look(20, 32, align="centre", bold=True),
    margins=(24 * mm, 22 * mm, 24 * mm, 22 * mm),
    number=Look(11, 22, align="centre"),
)
_GUTTER = 30.0
LICENCE_SIZES = (16.0, 15.0, 13.5, 12.0, 10.5, 9.0)


def licence_style(size: float) -> PageStyle:
    return PageStyle(
        body=Look(size, size * 1.7, indent=2),
        title=Look(34, 50, align="centre", bold=True),
        margins=(24 * mm, 26 * mm, 22 * mm, 26 * mm),
        number=Look(13, 24, align="centre"),
    )


def set_(sheet: Sheet, setting: PageContent) -> bytes:
    """Return the PDF. A licence's face is set smaller until it fits on one page."""
    with _lock:
        if sheet.style != "licence":
            return _build(_Plan(sheet, setting, RECEIPT if sheet.style == "receipt" else LETTER))
        plans = (_Plan(sheet, setting, licence_style(size)) for size in LICENCE_SIZES)
        return _build(next((plan for plan in plans if plan.fits()), _Plan(sheet, setting, licence_style(9))))


class _Plan:
    """A sheet's pieces and the frames they go into."""

    def __init__(self, sheet: Sheet, setting: PageContent, style: PageStyle) -> None:
        self.sheet, self.setting, self.style = sheet, setting, style
        self.page = A4 if sheet.orientation == "portrait" else (A4[1], A4[0])
        top, right, bottom, left = style.margins
        width, height = self.page[0] - left - right, self.page[1] - top - bottom
        columns = sheet.style == "licence" and any(block.kind == "next" for block in sheet.blocks)
        self.root = Element("Document")
        self.story = _story(sheet, setting, style, self.root, (width - _GUTTER) / 2 if columns else width)
        self.frames = [(left, bottom, width, height)]
        if columns:
            head, rest = _head(self.story)
            tall, half = _tall(head, width, height) + 1, (width - _GUTTER) / 2
            self.story = [*head, FrameBreak, *rest]
            self.frames = [
                (left, bottom + height - tall, width, tall),
                (left, bottom, half, height - tall),
                (left + half + _GUTTER, bottom, half, height - tall),
            ]

    def fits(self) -> bool:
        """Say whether everything finds room on one page."""
        parts: list[list[Flowable]] = [[]]
        for piece in self.story:
            if piece is FrameBreak:
                parts.append([])
            else:
                parts[-1].append(piece)
        rooms = zip(parts, self.frames, strict=False)
        return len(parts) <= len(self.frames) and all(
            _tall(part, width, height) <= height for part, (_x, _y, width, height) in rooms
        )


def _tall(part: list[Flowable], width: float, height: float) -> float:
    return float(sum(piece.wrap(width, 0)[1] + piece.getSpaceBefore() + piece.getSpaceAfter() for piece in part))


def _build(plan: _Plan) -> bytes:
    out = io.BytesIO()
    setting, sheet = plan.setting, plan.sheet
    document = BaseDocTemplate(
        out,
        pagesize=plan.page,
        title=setting.title,
        author=setting.author,
        subject=setting.title,
        keywords=setting.qr,
        creator="Tongban 通办",
        producer="Tongban 通办",
        lang="zh-CN",
    )
    frames = [Frame(*box, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0) for box in plan.frames]
    licence = sheet.style == "licence"
    # What a page is about comes before what stands around it, for whoever has it read aloud or copies it.
    after = partial(_after, style=plan.style, licence=licence, note=setting.note)
    document.addPageTemplates(PageTemplate(frames=frames, onPage=_border if licence else _nothing, onPageEnd=after))
    document.build(plan.story, canvasmaker=partial(Tagged, root=plan.root))
    return out.getvalue()


def _nothing(_canvas: Any, _document: Any) -> None:
    pass


def _border(canvas: Any, document: Any) -> None:
    canvas.begin(None)
    border.draw(canvas, *document.pagesize)
    canvas.end()


def _after(canvas: Any, document: Any, *, style: PageStyle, licence: bool, note: str) -> None:
    width = document.pagesize[0]
    if not licence:
        # 四号半角 between two dashes. Source: GB/T 9704-2012, 7.5.
        Paragraph(f"— {document.page} —", Look(12, 14, align="centre")).draw_at(
            canvas, 0, style.margins[2] - 12 * mm, width=width
        )
    if note:
        bottom = 12 if licence else style.margins[2] - 18 * mm
        Paragraph(note, Look(8, 10, align="centre", colour=flowables.LINE)).draw_at(canvas, 0, bottom, width=width)


class _Rule(HRFlowable):
    """A rule across the page, which is decoration."""

    def draw(self) -> None:
        self.canv.begin(None)
        super().draw()
        self.canv.end()


def _head(story: list[Flowable]) -> tuple[list[Flowable], list[Flowable]]:
    """Take titles and centred lines off the top: they stand over both columns."""
    count = next((i for i, piece in enumerate(story) if not getattr(piece, "over_columns", False)), len(story))
    return story[:count], story[count:]


def _story(sheet: Sheet, setting: PageContent, style: PageStyle, root: Element, width: float) -> list[Flowable]:
    closings = [block for block in sheet.blocks if block.kind == "signature"]
    closing = closings[-1] if closings else Block("signature")
    blocks = list(sheet.blocks) if closings else [*sheet.blocks, closing]
    story: list[Flowable] = []
    for block in blocks:
        if block.kind == "picture":
            if picture := setting.pictures.get(block.marker):
                story.append(flowables.Picture(picture, unshield(block.text), root))
        elif block is not closing:
            story += _pieces(block, sheet, style, root, width)
        elif block.lines or setting.qr or setting.seal:
            story = _with_closing(story, _closing(block, sheet, setting, style, root), sheet)
    return story


def _closing(block: Block, sheet: Sheet, setting: PageContent, style: PageStyle, root: Element) -> Flowable:
    return flowables.Closing(
        tuple(line for line in block.lines),
        style.body.replace(size=min(style.body.size, 14)) if sheet.style == "licence" else style.body,
        root,
        qr=setting.qr,
        caption=setting.caption,
        seal=setting.seal,
        bottom=sheet.style == "licence",
    )


def _with_closing(story: list[Flowable], closing: Flowable, sheet: Sheet) -> list[Flowable]:
    """Keep the signature with the text before it: a page must not hold a seal and nothing else."""
    if sheet.style != "licence" and story and isinstance(story[-1], Paragraph):
        return [*story[:-1], KeepTogether([story[-1], Spacer(1, 8), closing])]
    return [*story, closing]


def _pieces(block: Block, sheet: Sheet, style: PageStyle, root: Element, width: float) -> list[Flowable]:
    body, licence = style.body, sheet.style == "licence"
    if block.kind in {"title", "centred"}:
        look = style.title if block.kind == "title" else style.number
        piece = Paragraph(block.text, look, Element("H1" if block.kind == "title" else "P", root))
        piece.over_columns = True
        piece.spaceAfter = 0 if block.kind == "title" else style.number.size
        if licence and block.kind == "title":
            piece.look = look.replace(size=min(look.size, 26 * look.size / max(len(unshield(block.text)), 1)))
        return [piece]
    if block.kind in {"paragraph", "flush", "heading", "small"}:
        return [
            Paragraph(block.text, _look_of(block.kind, body), Element("H2" if block.kind == "heading" else "P", root))
        ]
    if block.kind == "item":
        return [Paragraph(f"{block.marker}{'' if block.marker == '•' else ' '}{block.text}", body, Element("P", root))]
    if block.kind == "table":
        return [flowables.table(block, body, width, root)]
    if block.kind == "fields":
        return (
            list(flowables.faces(block, body, width, root)) if licence else [flowables.fields(block, body, width, root)]
        )
    if block.kind == "signature":
        return [Paragraph(line, body.replace(align="right", indent=0), Element("P", root)) for line in block.lines]
    if block.kind == "rule":
        return [_Rule(width="100%", thickness=0.6, color=flowables.LINE, spaceBefore=4, spaceAfter=8)]
    return [FrameBreak if licence else PageBreak()]


def _look_of(kind: str, body: Look) -> Look:
    return {
        "paragraph": body,
        "flush": body.replace(indent=0),
        "heading": body.replace(indent=0, bold=True, leading=body.leading * 1.15),
        "small": body.replace(size=body.size * 0.7, leading=body.leading * 0.65, indent=0, colour="#4a4a4a"),
    }[kind]
