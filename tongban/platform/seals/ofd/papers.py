"""Write a paper that was set in type once as an OFD document (GB/T 33190-2016): the same pages, without a seal yet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol
from xml.sax.saxutils import escape

from tongban.platform.seals.ofd.packing import SIGNATURES, doc_id, xml

# Page, x, y, width, height: where the seal goes.
Place = tuple[int, float, float, float, float]


class PaperDrawing(Protocol):
    """What was drawn, as `documents.drawn` returns it: pages with their pieces, typefaces, the place of the seal."""

    @property
    def pages(self) -> Any: ...

    @property
    def typefaces(self) -> Any: ...

    @property
    def seal(self) -> Place | None: ...


def paper(drawn: PaperDrawing, *, title: str, author: str, day: str, metadata: bytes = b"") -> dict[str, bytes]:
    """Return the files of the document. metadata: an attachment, XML; b"" for none."""
    # Pages have the first numbers, so that a seal finds its own.
    writing = _Writing(count(len(drawn.pages) + 1))
    pages = [writing.page(number, page) for number, page in enumerate(drawn.pages)]
    fonts = "".join(
        f'<ofd:Font ID="{writing.font(number)}" FontName="Tongban{number}" FamilyName="TongbanSong">'
        f"<ofd:FontFile>font_{number}.ttf</ofd:FontFile></ofd:Font>"
        for number in range(len(drawn.typefaces))
    )
    listed = "".join(
        f'<ofd:Page ID="{identifier}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        for number, (identifier, _content) in enumerate(pages)
    )
    first = drawn.pages[0]
    attached = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>" if metadata else ""
    resources = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>" if writing.pictures else ""
    files = {
        "OFD.xml": xml(
            "OFD",
            "<ofd:DocBody><ofd:DocInfo>"
            f"<ofd:DocID>{doc_id(title)}</ofd:DocID><ofd:Title>{escape(title)}</ofd:Title>"
            f"<ofd:Author>{escape(author)}</ofd:Author><ofd:CreationDate>{day}</ofd:CreationDate>"
            "<ofd:Creator>Tongban</ofd:Creator></ofd:DocInfo>"
            f"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Signatures>{SIGNATURES}</ofd:Signatures></ofd:DocBody>",
            'Version="1.0" DocType="OFD"',
        ),
        "Doc_0/Document.xml": xml(
            "Document",
            f"<ofd:CommonData><ofd:MaxUnitID>{next(writing.ids)}</ofd:MaxUnitID><ofd:PageArea>"
            f"<ofd:PhysicalBox>0 0 {first.width:.3f} {first.height:.3f}</ofd:PhysicalBox></ofd:PageArea>"
            f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{resources}</ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages>{attached}",
        ),
        "Doc_0/PublicRes.xml": xml("Res", f"<ofd:Fonts>{fonts}</ofd:Fonts>", 'BaseLoc="Res"'),
        **{f"Doc_0/Res/font_{number}.ttf": content for number, content in enumerate(drawn.typefaces)},
        **{f"Doc_0/Pages/Page_{number}/Content.xml": content for number, (_id, content) in enumerate(pages)},
        SIGNATURES: xml(
            "Signatures",
            '<ofd:MaxSignId>1</ofd:MaxSignId><ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/>',
        ),
    }
    if writing.pictures:
        media = "".join(
            f'<ofd:MultiMedia ID="{identifier}" Type="Image" Format="{kind}"><ofd:MediaFile>{name}</ofd:MediaFile>'
            "</ofd:MultiMedia>"
            for identifier, kind, name, _content in writing.pictures
        )
        files["Doc_0/DocumentRes.xml"] = xml("Res", f"<ofd:MultiMedias>{media}</ofd:MultiMedias>", 'BaseLoc="Res"')
        files |= {f"Doc_0/Res/{name}": content for _id, _kind, name, content in writing.pictures}
    if metadata:
        files["Doc_0/Attachs/Attachments.xml"] = xml(
            "Attachments",
            '<ofd:Attachment ID="metadata" Name="metadata" Format="xml" Visible="false">'
            "<ofd:FileLoc>metadata.xml</ofd:FileLoc></ofd:Attachment>",
        )
        files["Doc_0/Attachs/metadata.xml"] = metadata
    return files


@dataclass
class _Writing:
    """Numbers everything of one document."""

    ids: Iterator[int]
    fonts: dict[int, int] = field(default_factory=dict)
    pictures: list[tuple[int, str, str, bytes]] = field(default_factory=list)

    def font(self, number: int) -> int:
        if number not in self.fonts:
            self.fonts[number] = next(self.ids)
        return self.fonts[number]

    def page(self, number: int, page: Any) -> tuple[int, bytes]:
        """Return its number and its file."""
        area = f"<ofd:Area><ofd:PhysicalBox>0 0 {page.width:.3f} {page.height:.3f}</ofd:PhysicalBox></ofd:Area>"
        identifier, layer = number + 1, next(self.ids)
        whole = f"0 0 {page.width:.3f} {page.height:.3f}"
        pieces = "".join(self._piece(piece, whole) for piece in page.pieces)
        content = f'<ofd:Content><ofd:Layer ID="{layer}" Type="Body">{pieces}</ofd:Layer></ofd:Content>'
        return identifier, xml("Page", area + content)

    def _piece(self, piece: Any, whole: str) -> str:
        if hasattr(piece, "moves"):
            return self._path(piece, whole)
        return self._text(piece) if hasattr(piece, "glyphs") else self._picture(piece)

    def _path(self, path: Any, whole: str) -> str:
        data = " ".join(f"{mark} {' '.join(f'{one:.3f}' for one in numbers)}".strip() for mark, numbers in path.moves)
        stroke = f'<ofd:StrokeColor Value="{_ink(path.stroke)}"/>' if path.stroke else ""
        fill = f'<ofd:FillColor Value="{_ink(path.fill)}"/>' if path.fill else ""
        return (
            f'<ofd:PathObject ID="{next(self.ids)}" Boundary="{whole}" LineWidth="{path.width:.3f}" '
            f'Stroke="{str(bool(path.stroke)).lower()}" Fill="{str(bool(path.fill)).lower()}">'
            f"{fill}{stroke}<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def _text(self, text: Any) -> str:
        deltas = " ".join(f"{step:.3f}" for step in text.steps[:-1])
        delta = f' DeltaX="{deltas}"' if deltas else ""
        length = len(text.text)
        glyphs = " ".join(map(str, text.glyphs))
        return (
            f'<ofd:TextObject ID="{next(self.ids)}" Font="{self.font(text.typeface)}" Size="{text.size:.3f}" '
            f'Boundary="{text.x:.3f} {text.y - text.size:.3f} {sum(text.steps) + 1:.3f} {text.size * 1.4:.3f}">'
            f'<ofd:FillColor Value="{_ink(text.colour)}"/>'
            f'<ofd:CGTransform CodePosition="0" CodeCount="{length}" GlyphCount="{length}">'
            f"<ofd:Glyphs>{glyphs}</ofd:Glyphs></ofd:CGTransform>"
            f'<ofd:TextCode X="0" Y="{text.size:.3f}"{delta}>{escape(text.text)}</ofd:TextCode></ofd:TextObject>'
        )

    def _picture(self, picture: Any) -> str:
        identifier = next(self.ids)
        self.pictures.append((identifier, picture.format, f"picture_{identifier}.png", picture.content))
        width, height = f"{picture.width:.3f}", f"{picture.height:.3f}"
        return (
            f'<ofd:ImageObject ID="{next(self.ids)}" ResourceID="{identifier}" '
            f'Boundary="{picture.x:.3f} {picture.y:.3f} {width} {height}" CTM="{width} 0 0 {height} 0 0"/>'
        )


def _ink(colour: tuple[int, int, int]) -> str:
    return " ".join(map(str, colour))
