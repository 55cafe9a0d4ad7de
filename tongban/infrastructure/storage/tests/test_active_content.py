"""PDF files that would do something by themselves, hidden in every way known to us; and honest ones."""

import base64
import contextlib
import io
import time
import zlib

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tongban.infrastructure.storage import active_content, inspection, pdfs

pytestmark = pytest.mark.found("S-H2")

SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
DECOY = b"20 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length 9 >>\nstream\n"


def a_pdf(*objects, catalog=b"/OpenAction 7 0 R"):
    """Return a PDF with one page, and the objects besides."""
    parts = [
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n",
        *objects,
    ]
    return b"%PDF-1.7\n" + b"".join(parts) + b"trailer\n<< /Root 1 0 R /Size 30 >>\nstartxref\n0\n%%EOF\n"


def packed(content=SCRIPT, *, head=b"/Type /ObjStm", filters=b"/FlateDecode", pack=zlib.compress, stream=b"stream\n"):
    """Return an object stream that holds object 7."""
    data = pack(b"7 0 " + content)
    says = head + b" /N 1 /First 4 /Filter " + filters + b" /Length %d" % len(data)
    return b"9 0 obj\n<< " + says + b" >>\n" + stream + data + b"\nendstream\nendobj\n"


def in_hex(data):
    return data.hex().encode() + b">"


def in_85(data):
    return base64.a85encode(data) + b"~>"


def stored(data):
    """Pack without making smaller, behind a piece that reads like the end of a stream."""
    packing = zlib.compressobj(0)
    return packing.compress(data[:4] + b" " * 4 + b"(\nendstream\nendobj\n)" + data[4:]) + packing.flush()


HIDDEN = {
    "plain": a_pdf(b"7 0 obj\n" + SCRIPT + b"\nendobj\n"),
    "an escaped name": a_pdf(b"7 0 obj\n<< /S /J#61vaScript /J#53 (x) >>\nendobj\n"),
    "an object stream": a_pdf(packed()),
    "an escaped type": a_pdf(packed(head=b"/T#79pe /ObjStm")),
    "an escaped value": a_pdf(packed(head=b"/Type /Obj#53tm")),
    "a comment between": a_pdf(packed(head=b"/Type %x\n /ObjStm")),
    "no type": a_pdf(packed(head=b"")),
    "escaped keys and no type": a_pdf(packed(head=b"").replace(b"/N 1", b"/#4e 1").replace(b"/First", b"/F#69rst")),
    "hexadecimal": a_pdf(packed(filters=b"[/ASCIIHexDecode]", pack=in_hex)),
    "hexadecimal and Flate": a_pdf(
        packed(filters=b"[/ASCIIHexDecode /FlateDecode]", pack=lambda data: in_hex(zlib.compress(data)))
    ),
    "base 85 and Flate": a_pdf(
        packed(filters=b"[/ASCII85Decode /FlateDecode]", pack=lambda data: in_85(zlib.compress(data)))
    ),
    "short names of filters": a_pdf(packed(filters=b"[/AHx /Fl]", pack=lambda data: in_hex(zlib.compress(data)))),
    "Flate twice": a_pdf(
        packed(filters=b"[/FlateDecode /FlateDecode]", pack=lambda data: zlib.compress(zlib.compress(data)))
    ),
    "not packed": a_pdf(packed(filters=b"null", pack=bytes)),
    "behind a false end": a_pdf(packed(pack=stored)),
    "within a comment": a_pdf(b"% 7 0 obj " + SCRIPT + b" endobj\n"),
    "within a text": a_pdf(b"8 0 obj\n(7 0 obj " + SCRIPT + b" endobj)\nendobj\n"),
    "within a stream": a_pdf(b"8 0 obj\n<</Length 70>>\nstream\n7 0 obj " + SCRIPT + b"\nendstream\nendobj\n"),
    "a dictionary never closed": a_pdf(b"7 0 obj\n<< /S /JavaScript /JS (x)\nendobj\n"),
    "a later version": a_pdf(b"7 0 obj\n<< /S /GoTo >>\nendobj\n", b"7 0 obj\n" + SCRIPT + b"\nendobj\n"),
    "a text that begins before it": a_pdf(
        b"9 0 obj\n<</Type/ObjStm/N 1/First 4/Length 60>>\nstream\n7 1 (" + SCRIPT + b")\nendstream\nendobj\n"
    ),
    "XFA": a_pdf(catalog=b"/AcroForm << /XFA (x) >>"),
    "XFA within a form": a_pdf(
        b"7 0 obj\n<< /Fields [] /XFA [(template) 8 0 R] >>\nendobj\n", catalog=b"/AcroForm 7 0 R"
    ),
    "another file": a_pdf(b"7 0 obj\n<< /S /GoToR /F (\\\\\\\\host\\\\share) /D [0 /Fit] >>\nendobj\n"),
    "a form that is sent": a_pdf(b"7 0 obj\n<< /S /SubmitForm /F (http://x.example) >>\nendobj\n"),
    "an address on opening": a_pdf(b"7 0 obj\n<< /S /URI /URI (http://x.example) >>\nendobj\n"),
    "an address after a jump": a_pdf(
        b"7 0 obj\n<< /S /GoTo /D [3 0 R /Fit] /Next 8 0 R >>\nendobj\n"
        b"8 0 obj\n<< /S /URI /URI (http://x.example) >>\nendobj\n"
    ),
    "an address when a page opens": a_pdf(
        b"7 0 obj\n<< /AA << /O << /S /URI /URI (http://x.example) >> >> >>\nendobj\n"
    ),
    "an address by name of its kind": a_pdf(
        b"7 0 obj\n<< /S 8 0 R /URI (http://x) >>\nendobj\n8 0 obj\n/URI\nendobj\n"
    ),
    "an embedded file": a_pdf(b"7 0 obj\n<< /Type /Filespec /EF << /F 8 0 R >> >>\nendobj\n"),
    "an attachment": a_pdf(b"7 0 obj\n<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 1 1] >>\nendobj\n"),
    "a film": a_pdf(b"7 0 obj\n<< /Subtype /Movie /Rect [0 0 1 1] >>\nendobj\n"),
    "a program": a_pdf(b"7 0 obj\n<</S/Launch/F(cmd.exe)>>\nendobj\n"),
    "a stream from elsewhere": a_pdf(b"7 0 obj\n<< /F (\\\\\\\\host) /Length 0 >>\nstream\nendstream\nendobj\n"),
    "a link to a file": a_pdf(b"7 0 obj\n<< /A << /S /URI /URI (file://host/share) >> >>\nendobj\n"),
    "a link with a script": a_pdf(b"7 0 obj\n<< /A << /S /URI /URI (javascript:x) >> >>\nendobj\n"),
}


@pytest.mark.parametrize("content", HIDDEN.values(), ids=HIDDEN)
def test_what_a_pdf_would_do_by_itself_is_found(content):
    with pytest.raises(active_content.ActiveContent):
        inspection.open_pdf(content)


UNREADABLE = {
    "filters that nobody uses there": a_pdf(packed(filters=b"/LZWDecode", pack=bytes)),
    "a filter said elsewhere": a_pdf(packed(filters=b"8 0 R")),
    "a predictor": a_pdf(packed(head=b"/Type /ObjStm /DecodeParms << /Predictor 12 >>")),
    "what cannot be unpacked": a_pdf(packed(pack=lambda data: b"x\x9c" + data)),
    "a bomb before it": a_pdf(DECOY + zlib.compress(bytes(70_000_000), 9) + b"\nendstream\nendobj\n", packed()),
    "nested without end": a_pdf(b"7 0 obj\n" + b"[" * 100_000),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_what_hides_its_objects_is_refused(content):
    with pytest.raises(pdfs.UnreadablePdf):
        inspection.open_pdf(content)


def test_a_script_in_an_encrypted_file_is_found():
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(DictionaryObject(action))
    writer.encrypt("", "the owner's", algorithm="AES-256")
    writer.write(out)

    with pytest.raises(active_content.ActiveContent):
        inspection.open_pdf(out.getvalue())


HONEST = {
    "it speaks of scripts": a_pdf(b"7 0 obj\n(JavaScript for beginners) \nendobj\n"),
    "it opens at a page": a_pdf(catalog=b"/OpenAction [3 0 R /Fit]"),
    "it jumps": a_pdf(b"7 0 obj\n<< /S /GoTo /D [3 0 R /Fit] >>\nendobj\n"),
    "it prints": a_pdf(b"7 0 obj\n<< /S /Named /N /Print >>\nendobj\n"),
    "a link": a_pdf(
        b"7 0 obj\n<< /Subtype /Link /Rect [0 0 1 1] /A << /S /URI /URI (https://x.example) >> >>\nendobj\n",
        catalog=b"",
    ),
    "a form": a_pdf(b"7 0 obj\n<< /FT /Tx /Subtype /Widget /Rect [0 0 1 1] >>\nendobj\n", catalog=b"/AcroForm << >>"),
    "packed objects": a_pdf(packed(b"<< /Type /Font /Subtype /Type1 >>"), catalog=b""),
    "a blend mode": a_pdf(b"7 0 obj\n<< /BM /Screen >>\nendobj\n", catalog=b""),
}


@pytest.mark.parametrize("content", HONEST.values(), ids=HONEST)
def test_an_honest_file_is_taken(content):
    assert inspection.open_pdf(content) == 1


@pytest.mark.found("S-H3")
@pytest.mark.parametrize(
    "filling",
    [
        b"%/Type/ObjStm stream",
        b" 1 0 obj <</Type/ObjStm/N 1/First 4>> stream ",
        b"(" * 20,
        b" 1 0 obj (",
        b" 1 0 obj <<",
        b" 1 0 obj <0",
        b" 1 0 obj % ",
        b" 1 0 obj /X",
    ],
)
def test_looking_takes_time_in_line_with_the_size(filling):
    def seconds(size):
        content = a_pdf() + filling * (size // len(filling))
        start = time.process_time()
        with contextlib.suppress(active_content.ActiveContent, pdfs.UnreadablePdf):
            active_content.look(content)
        return time.process_time() - start

    seconds(50_000)

    assert seconds(400_000) < max(20 * seconds(100_000), 0.5)
