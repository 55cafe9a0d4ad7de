"""Write a one-page OFD file (GB/T 33190-2016): text with an embedded typeface, pictures, and the place of a seal."""

import zipfile
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

NAMESPACE = "http://www.ofdspec.org/2016"
WIDTH, HEIGHT = 210, 297  # mm
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SIGNATURES = "Doc_0/Signs/Signatures.xml"
SIGNATURE = "Doc_0/Signs/Sign_0/Signature.xml"
SIGNED_VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"
SEAL = "Doc_0/Signs/Sign_0/Seal.esl"


@dataclass(frozen=True)
class PlacedLine:
    """A line of text: where its baseline begins and how high its characters are, mm."""

    text: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Typeface:
    """A typeface to embed: its file, and which glyph of it draws a character; widths: of the character's height."""

    name: str
    content: bytes
    glyphs: Mapping[str, int]
    widths: Mapping[str, float]


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one ZIP, the same bytes for the same files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return out.getvalue()


def document(
    words: Sequence[PlacedLine], *, typeface: Typeface, title: str, author: str, day: str, qr: bytes, metadata: bytes
) -> dict[str, bytes]:
    """Return the files of a document without a seal. qr: PNG, at the lower left; metadata: an attachment, XML."""
    return {
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
            "<ofd:CommonData><ofd:MaxUnitID>100</ofd:MaxUnitID>"
            f"<ofd:PageArea><ofd:PhysicalBox>0 0 {WIDTH} {HEIGHT}</ofd:PhysicalBox></ofd:PageArea>"
            "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
            '</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>'
            "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>",
        ),
        "Doc_0/PublicRes.xml": xml(
            "Res",
            f'<ofd:Fonts><ofd:Font ID="2" FontName="{typeface.name}" FamilyName="{typeface.name}">'
            "<ofd:FontFile>font_2.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>",
            'BaseLoc="Res"',
        ),
        "Doc_0/DocumentRes.xml": xml(
            "Res",
            '<ofd:MultiMedias><ofd:MultiMedia ID="3" Type="Image" Format="PNG"><ofd:MediaFile>qr.png</ofd:MediaFile>'
            "</ofd:MultiMedia></ofd:MultiMedias>",
            'BaseLoc="Res"',
        ),
        "Doc_0/Res/font_2.ttf": typeface.content,
        "Doc_0/Res/qr.png": qr,
        "Doc_0/Pages/Page_0/Content.xml": xml("Page", _page(words, typeface)),
        "Doc_0/Attachs/Attachments.xml": xml(
            "Attachments",
            '<ofd:Attachment ID="metadata" Name="metadata" Format="xml" Visible="false">'
            "<ofd:FileLoc>metadata.xml</ofd:FileLoc></ofd:Attachment>",
        ),
        "Doc_0/Attachs/metadata.xml": metadata,
        SIGNATURES: xml(
            "Signatures",
            '<ofd:MaxSignId>1</ofd:MaxSignId><ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/>',
        ),
    }


def signature(
    digests: Mapping[str, bytes], *, method: str, algorithm: str, at: str, box: Sequence[float], page: int = 1
) -> bytes:
    """Return the description of a seal: which files it covers, where it is drawn.

    box    x, y, width, height, mm; page: number of the page among all units
    """
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{b64encode(digest).decode()}</ofd:CheckValue>'
        "</ofd:Reference>"
        for name, digest in digests.items()
    )
    place = " ".join(f"{side:g}" for side in box)
    return xml(
        "Signature",
        '<ofd:SignedInfo><ofd:Provider ProviderName="Tongban" Version="1.0" Company="Tongban"/>'
        f"<ofd:SignatureMethod>{algorithm}</ofd:SignatureMethod><ofd:SignatureDateTime>{at}</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{method}">{references}</ofd:References>'
        f'<ofd:StampAnnot ID="1" PageRef="{page}" Boundary="{place}"/>'
        f"<ofd:Seal><ofd:BaseLoc>/{SEAL}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>/{SIGNED_VALUE}</ofd:SignedValue>",
    )


def _page(words: Sequence[PlacedLine], typeface: Typeface) -> str:
    texts = "".join(_text(number, line, typeface) for number, line in enumerate(words, 10) if line.text)
    picture = '<ofd:ImageObject ID="9" ResourceID="3" Boundary="25 235 30 30" CTM="30 0 0 30 0 0"/>'
    return f'<ofd:Content><ofd:Layer ID="5" Type="Body">{texts}{picture}</ofd:Layer></ofd:Content>'


def _text(number: int, line: PlacedLine, typeface: Typeface) -> str:
    steps = [typeface.widths[character] * line.size for character in line.text]
    deltas = " ".join(f"{step:.3f}" for step in steps[:-1])
    delta = f' DeltaX="{deltas}"' if deltas else ""
    glyphs = " ".join(str(typeface.glyphs[character]) for character in line.text)
    count = len(line.text)
    return (
        f'<ofd:TextObject ID="{number}" Font="2" Size="{line.size:g}" '
        f'Boundary="{line.x:g} {line.y - line.size:g} {sum(steps) + 1:.3f} {line.size * 1.4:g}">'
        f'<ofd:CGTransform CodePosition="0" CodeCount="{count}" GlyphCount="{count}"><ofd:Glyphs>{glyphs}</ofd:Glyphs>'
        f'</ofd:CGTransform><ofd:TextCode X="0" Y="{line.size:g}"{delta}>{escape(line.text)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def xml(root: str, inside: str, attributes: str = "") -> bytes:
    """Return a file of a package."""
    return f'{HEAD}<ofd:{root} xmlns:ofd="{NAMESPACE}" {attributes}>{inside}</ofd:{root}>'.replace(" >", ">").encode()


def doc_id(title: str) -> str:
    """Return what identifies a document, 32 characters."""
    return b64encode(title.encode()).hex()[:32].ljust(32, "0")
