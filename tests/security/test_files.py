"""Files of strangers: each attack that was found, sent again to the doors it came through."""

import time
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.sample_city import SampleCity, appointed
from tongban.infrastructure.storage import disk
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.storage.tests.test_active_content import HIDDEN
from tongban.platform.cases.models import Material
from tongban.platform.documents.models import Document
from tongban.platform.licences.models import Licence
from tongban.platform.seals import reading

pytestmark = pytest.mark.django_db

VERIFY = "/api/v1/licences/verify"
SECONDS = 20


def with_table(entries: int, widths: str = "0 0 0", index: bool = True) -> bytes:
    """Return a small PDF whose table of objects says that there are so many."""
    said = f"/Index [0 {entries}]" if index else ""
    table = (
        f"1 0 obj\n<< /Type /XRef /Size {entries} {said} /W [{widths}] /Root 2 0 R /Length 0 >>\nstream\n\nendstream\n"
    )
    return b"%PDF-1.7\n" + table.encode() + b"endobj\nstartxref\n9\n%%EOF\n"


def with_fields(count: int) -> bytes:
    """Return a PDF with so many fields that share one signature."""
    kids = " ".join(f"{number} 0 R" for number in range(10, 10 + count))
    fields = "".join(
        f"{number} 0 obj\n<< /FT /Sig /T (s{number}) /V 4 0 R >>\nendobj\n" for number in range(10, 10 + count)
    )
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields ["
        + kids.encode()
        + b"] >> >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
        + b"4 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 9 20 9]"
        + b" /Contents <00> >>\nendobj\n"
        + fields.encode()
        + b"trailer\n<< /Root 1 0 R /Size 9999 >>\nstartxref\n0\n%%EOF\n"
    )


def checked(content: bytes) -> dict:
    started = time.monotonic()
    answer = Client().post(VERIFY, {"file": SimpleUploadedFile("a.pdf", content)})
    assert answer.status_code == 200
    assert time.monotonic() - started < SECONDS
    assert not answer.json()["genuine"]
    assert answer.json()["problems"]
    return answer.json()


@pytest.mark.found("S-C1")
@pytest.mark.parametrize(
    "content",
    [
        with_table(3_000_000),
        with_table(1_000_000_000),
        with_table(1_000_000_000, index=False),
        with_table(3_000_000, widths="1 2 1"),
        with_table(3_000_000).replace(b"/Index", b"/In#64ex"),
        b"%PDF-1.7\n" + b" 1 0 obj " * 100_000,
    ],
)
def test_a_small_file_that_says_it_is_enormous_is_refused_at_once(content):
    checked(content)


@pytest.mark.found("S-H4")
@pytest.mark.parametrize("count", [reading.MAX_SIGNATURES + 1, 400])
def test_a_file_with_many_signatures_is_refused_at_once(count):
    said = checked(with_fields(count))

    assert "签名过多" in said["problems"][0]


@pytest.mark.found("S-C1")
def test_what_was_issued_here_is_found_by_its_digest_and_read_nowhere_else(sample_city: SampleCity):
    licence = Licence.objects.get(token=sample_city.ids["licence"])
    content = storage.read(licence.document.blob)

    genuine = Client().post(VERIFY, {"file": SimpleUploadedFile("a.pdf", content)}).json()
    changed = Client().post(VERIFY, {"file": SimpleUploadedFile("a.pdf", content + b"%")}).json()

    assert genuine["genuine"]
    assert not changed["genuine"]
    assert any(str(licence) in problem for problem in changed["problems"])


@pytest.mark.found("S-H2")
@pytest.mark.parametrize("way", ["an escaped type", "hexadecimal and Flate", "XFA", "an embedded file", "another file"])
def test_no_active_content_comes_in_at_the_door(sample_city: SampleCity, way):
    uid, browser = sample_city.ids["draft"], sample_city.browser("agent")
    before = Material.objects.count()
    file = SimpleUploadedFile("a.pdf", HIDDEN[way])

    answer = browser.post(f"/cases/{uid}/materials/", {"code": "floor-plan", "file": file})

    assert answer.status_code == 422
    assert Material.objects.count() == before


@pytest.mark.found("S-H3")
@pytest.mark.parametrize("filling", [b"%/Type/ObjStm stream", b" 1 0 obj <</Type/ObjStm/N 1/First 4>> stream "])
def test_a_file_made_to_take_long_does_not(sample_city: SampleCity, filling):
    content = HIDDEN["plain"].replace(b"/JavaScript", b"/Named") + filling * (2_000_000 // len(filling))
    started = time.monotonic()

    sample_city.browser("agent").post(
        f"/cases/{sample_city.ids['draft']}/materials/",
        {"code": "floor-plan", "file": SimpleUploadedFile("a.pdf", content)},
    )

    assert time.monotonic() - started < 2 * SECONDS


@pytest.mark.found("S-H6")
@pytest.mark.parametrize("forged", [b"<html>forged</html>", zlib.compress(b"forged")])
def test_a_file_replaced_on_disk_is_given_to_nobody(sample_city: SampleCity, forged):
    token, uid = sample_city.ids["licence"], sample_city.ids["material"]
    licence = Licence.objects.get(token=token)
    material = Document.objects.get(uid=uid)
    paths = [disk.path_of(document.blob.digest) for document in (licence.document, material)]
    sound = [path.read_bytes() for path in paths]
    agent = sample_city.browser("agent")
    try:
        for path in paths:
            path.write_bytes(forged)

        answers = [agent.get(f"/licences/{token}/file/"), agent.get(f"/documents/{uid}/")]
    finally:  # other tests are told the same story, with the same files
        for path, content in zip(paths, sound, strict=True):
            path.write_bytes(content)

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not any(forged in answer.content for answer in answers)


@pytest.mark.found("S-LOW")
def test_a_purpose_with_a_zero_byte_breaks_nothing(sample_city: SampleCity):
    official = appointed(sample_city.cast, "market-regulation", duties=["licences.read"])
    official.raise_request_exception = False

    for path in ("file/", ""):
        answer = official.post(f"/desk/licences/{sample_city.ids['licence']}/{path}", {"purpose": "查\0验"})

        assert answer.status_code == 400
