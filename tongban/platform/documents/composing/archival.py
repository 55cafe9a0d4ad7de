"""What a PDF needs besides its pages to be read by machines and in decades: structure, particulars, colours, fonts.

Sources: ISO 32000-1:2008, 14.7 and 14.8 (structure, marked content); ISO 19005-2:2011 (PDF/A-2), level B.
"""

import struct
import zlib
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFObject, PDFPage, PDFStream
from reportlab.pdfgen.canvas import Canvas

# Catalogues and pages of reportlab write only the entries that they know.
_PAGE = ("StructParents", "Tabs")


class Element:
    """A piece of the document's structure: a heading, a paragraph, a cell.

    kind   a standard structure type: "Document", "H1", "P", "Table", "TR", "TH", "TD", "Figure", "Form"
    alt    what a picture shows
    kids   elements, and references to what is drawn: (page, number of the marked content)
    """

    def __init__(self, kind: str, parent: "Element | None" = None, *, alt: str = "") -> None:
        self.kind, self.parent, self.alt = kind, parent, alt
        self.kids: list[Any] = []
        if parent is not None:
            parent.kids.append(self)


class Tagged(Canvas):
    """A canvas whose content is marked as belonging to elements, or as mere decoration."""

    def __init__(self, *args: Any, root: Element, **options: Any) -> None:
        self.root = root
        self.marked: list[list[Element]] = [[]]
        self.annotations: list[Element] = []
        super().__init__(*args, pdfVersion=(1, 7), **options)

    def _make_preamble(self) -> None:
        # reportlab names Helvetica at the top of each page, which is not embedded, though nothing is written in it.
        self._preamble = "1 0 0 1 0 0 cm"

    def begin(self, element: Element | None) -> None:
        """Say what is drawn from here to the next `end`; None for decoration."""
        if element is None:
            self._code.append("/Artifact BMC")
            return
        number = len(self.marked[-1])
        self.marked[-1].append(element)
        element.kids.append((self._doc.thisPageRef(), number))
        self._code.append(f"/{element.kind} <</MCID {number}>> BDC")

    def end(self) -> None:
        self._code.append("EMC")

    def annotated(self, element: Element, reference: Any) -> int:
        """Note that an annotation is an element's content; return by which number the annotation names it."""
        element.kids.append((self._doc.thisPageRef(), reference))
        self.annotations.append(element)
        return 1000 + len(self.annotations) - 1

    def showPage(self) -> None:  # noqa: N802
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.__NoDefault__ = [*PDFPage.__NoDefault__, *_PAGE]
        page.StructParents, page.Tabs = len(self.marked) - 1, PDFName("S")
        self.marked.append([])

    def save(self) -> None:
        if self._code:
            self.showPage()
        document = self._doc
        catalogue = document._catalog
        catalogue.__NoDefault__ = [*catalogue.__NoDefault__, "OutputIntents"]
        catalogue.__Refs__ = catalogue.__NoDefault__
        tree = _Tree(self)
        catalogue.StructTreeRoot = tree
        catalogue.MarkInfo = PDFDictionary({"Marked": "true"})
        catalogue.Metadata = _particulars(document)
        catalogue.OutputIntents = _Written(b"[ %s ]", _Written(_INTENT, _colours()))
        super().save()


class _Written(PDFObject):
    """An object that is written out already, but for the numbers of others."""

    __RefOnly__ = 1

    def __init__(self, text: bytes, *others: PDFObject) -> None:
        self.text, self.others = text, others

    def format(self, document: Any) -> bytes:
        return self.text % tuple(_number(other, document) for other in self.others)


def _number(thing: Any, document: Any) -> bytes:
    return bytes(document.Reference(thing).format(document))


def _lined(stream: PDFStream, document: Any) -> bytes:
    """Write a stream with its end on a line of its own, which PDF/A asks for (6.1.7.1) and reportlab leaves out."""
    return bytes(_WRITTEN_STREAM(stream, document).removesuffix(_END) + b"\n" + _END)


_END = b"endstream\n"
_WRITTEN_STREAM = PDFStream.format
PDFStream.format = _lined  # those of typefaces and pages too, which reportlab makes itself


class _Tree(PDFObject):
    """The structure: its root, each element, and for each page and annotation which element it belongs to."""

    __RefOnly__ = 1

    def __init__(self, canvas: Tagged) -> None:
        self.canvas = canvas
        self.written: dict[int, _Node] = {}

    def node(self, element: Element) -> "_Node":
        if id(element) not in self.written:
            self.written[id(element)] = _Node(self, element)
        return self.written[id(element)]

    def format(self, document: Any) -> bytes:
        pages = [
            b"%d [%s]" % (page, b" ".join(_number(self.node(one), document) for one in marked))
            for page, marked in enumerate(self.canvas.marked)
            if marked
        ]
        others = [
            b"%d %s" % (1000 + index, _number(self.node(element), document))
            for index, element in enumerate(self.canvas.annotations)
        ]
        root = _number(self.node(self.canvas.root), document)
        nums = b" ".join([*pages, *others])
        return b"<< /Type /StructTreeRoot /K %s /ParentTree << /Nums [%s] >> /ParentTreeNextKey %d >>" % (
            root,
            nums,
            1000 + len(others),
        )


class _Node(PDFObject):
    __RefOnly__ = 1

    def __init__(self, tree: _Tree, element: Element) -> None:
        self.tree, self.element = tree, element

    def format(self, document: Any) -> bytes:
        element, tree = self.element, self.tree
        parent = tree.node(element.parent) if element.parent else tree
        kids = b" ".join(self._kid(kid, document) for kid in element.kids if not _is_empty(kid))
        alt = b" /Alt %s" % hexadecimal(element.alt) if element.alt else b""
        head = b"<< /Type /StructElem /S /%s /P %s" % (element.kind.encode(), _number(parent, document))
        return b"%s /K [%s]%s >>" % (head, kids, alt)

    def _kid(self, kid: Any, document: Any) -> bytes:
        if isinstance(kid, Element):
            return _number(self.tree.node(kid), document)
        page, content = kid[0].format(document), kid[1]
        if isinstance(content, int):
            return b"<< /Type /MCR /Pg %s /MCID %d >>" % (page, content)
        return b"<< /Type /OBJR /Pg %s /Obj %s >>" % (page, content.format(document))


def _is_empty(kid: Any) -> bool:
    """Say whether nothing was drawn for an element: empty cells stay, for a row has as many as the others."""
    return isinstance(kid, Element) and not kid.kids and kid.kind not in {"TD", "TH"}


def hexadecimal(text: str) -> bytes:
    """Write text as a PDF string that any reader takes for what it is."""
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


_INTENT = (
    b"<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) "
    b"/Info (sRGB IEC61966-2.1) /DestOutputProfile %s >>"
)


def _colours() -> PDFStream:
    content = _srgb()
    head = {"N": 3, "Filter": PDFName("FlateDecode"), "Length": len(content)}
    return PDFStream(PDFDictionary(head), content)


@cache
def _srgb() -> bytes:
    """Return the profile that says which colours our numbers mean.

    Its version is the latest that PDF 1.7 knows, and the day on which it was made is fixed.
    """
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    version, made = b"\4\x20\0\0", struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    return zlib.compress(profile[:8] + version + profile[12:24] + made + profile[36:], 9)


def _particulars(document: Any) -> PDFObject:
    """Return the particulars as XMP, saying what the older list of them says; in the clear, for any program."""
    info, moment = document.info, document._timeStamp.datetime
    said = {name: escape(str(getattr(info, name) or "")) for name in ("title", "author", "subject", "keywords")}
    content = _XMP.format(at=moment.astimezone().isoformat(timespec="seconds"), producer=_PRODUCER, **said).encode()
    return _Written(_METADATA % (len(content), content.replace(b"%", b"%%")))


_METADATA = b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%s\nendstream"
_PRODUCER = "Tongban 通办"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
<pdf:Keywords>{keywords}</pdf:Keywords><pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{producer}</xmp:CreatorTool><xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
