"""Files that must not come in: refused with the reason where they were chosen, and nothing else is lost."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.cast import FLOOR_PLAN, POINTS, Cast, definition, upload
from tests.faults.hostile_inputs import SCRIPT
from tests.faults.html_page import CHINESE, Page
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import rules
from tongban.infrastructure.storage.models import Blob
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

MEGABYTE = 1024 * 1024
PHOTO = definition("residence-permit") / "photo-sample.jpg"


def pdf(*, password: str = "", script: bool = False, launch: bool = False) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    if script or launch:
        kind, what = ("/JavaScript", "/JS") if script else ("/Launch", "/F")
        action = {NameObject("/S"): NameObject(kind), NameObject(what): TextStringObject("x")}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def enormous_picture() -> bytes:
    """Return a small file that says it is a picture of 10,000 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "white").save(out, "PNG")
    return out.getvalue()


BAD = {
    "empty": ("平面图.pdf", b"", "是空的"),
    "oversized": ("平面图.pdf", b"%PDF-" + b"x" * (10 * MEGABYTE), "超过 10 MB"),
    "a program called a PDF": ("平面图.pdf", b"MZ\x90\x00 this program", "不符合要求"),
    "a page called a picture": ("平面图.png", f"<svg>{SCRIPT}</svg>".encode(), "不符合要求"),
    "a photo of a kind that few can open": ("平面图.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
    "a program": ("平面图.exe", pdf(), "扩展名"),
    "behind a password": ("平面图.pdf", pdf(password="secret"), "密码"),
    "damaged": ("平面图.pdf", b"%PDF-1.7 and then nothing", "无法打开"),
    "infected": ("平面图.pdf", pdf() + rules.EICAR, "EICAR"),
    "with a script": ("平面图.pdf", pdf(script=True), "JavaScript"),
    "that starts programs": ("平面图.pdf", pdf(launch=True), "Launch"),
    "a picture that is a bomb": ("平面图.png", enormous_picture(), "像素过大"),
    "with markup for a name": (f"{SCRIPT}.pdf", b"MZ", "不符合要求"),
}


def stored() -> tuple[int, int, int, int]:
    """Return how much there is: rows of files, documents and materials, and files on the disk."""
    on_disk = sum(1 for path in (Path(settings.VAR) / "files").rglob("*") if path.is_file())
    return Blob.objects.count(), Document.objects.count(), Material.objects.count(), on_disk


def chosen(what: str) -> SimpleUploadedFile:
    name, content, _reason = BAD[what]
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_at_its_material_and_nothing_else_is_lost(cast: Cast, what):
    case = cast.draft()
    browser = cast.browser("agent")
    before = stored()

    answer = browser.post(f"/cases/{case.uid}/materials/", {"code": "floor-plan", "file": chosen(what)})
    page = Page(answer)

    assert page.status == 422
    page.is_told_well()
    page.is_safe(SCRIPT)
    goal, said = page.summary[0]
    assert (goal, BAD[what][2] in said) == ("material-floor-plan", True), said
    assert stored() == before
    now = Case.objects.get(pk=case.pk)
    assert (now.answers, now.revision, now.state) == (case.answers, case.revision, "draft")
    assert cases.checklist(now).ready


def test_of_several_files_the_good_ones_before_a_bad_one_stay(cast: Cast):
    case = cast.draft(materials=False)
    files = [upload(FLOOR_PLAN), chosen("behind a password")]

    page = Page(cast.browser("agent").post(f"/cases/{case.uid}/materials/", {"code": "floor-plan", "file": files}))

    assert page.status == 422
    page.is_told_well()
    assert [material.code for material in Material.objects.of(case)] == ["floor-plan"]
    assert FLOOR_PLAN.stem in page.html or "平面" in page.text


def test_more_files_than_anybody_reads_are_refused_and_not_kept(cast: Cast):
    case, agent = cast.draft(), cast.actor("agent")
    for _turn in range(29):
        cases.attach(actor=agent, case=case, code="floor-plan", file=upload(FLOOR_PLAN))
    before = stored()

    more = {"code": "floor-plan", "file": upload(FLOOR_PLAN)}
    page = Page(cast.browser("agent").post(f"/cases/{case.uid}/materials/", more))

    assert page.status == 422
    page.is_told_well()
    assert "已有 30 个文件" in page.text
    assert stored() == before


@pytest.mark.parametrize("code", ["no-such-line", "", SCRIPT, "business-licence\x00"])
def test_a_file_for_a_line_that_is_not_asked_for_is_refused(cast: Cast, code):
    case = cast.draft(materials=False)
    before = stored()

    page = Page(cast.browser("agent").post(f"/cases/{case.uid}/materials/", {"code": code, "file": upload(FLOOR_PLAN)}))

    page.is_safe(SCRIPT)
    assert stored() == before
    if "\0" in code:  # no form at all
        assert page.status == 400
        return
    assert page.status in {404, 422}
    assert CHINESE.search(page.summary[0][1])


@pytest.mark.parametrize("uid", ["x", "00000000-0000-4000-8000-000000000000", "\x00", "9" * 400])
def test_taking_out_what_is_not_there_changes_nothing(cast: Cast, uid):
    case = cast.draft()

    page = Page(cast.browser("agent").post(f"/cases/{case.uid}/materials/", {"code": "floor-plan", "remove": uid}))

    if "\0" in uid:  # no form at all
        assert page.status == 400
        return
    assert page.status == 422
    page.is_told_well()
    assert cases.checklist(case).ready


def test_without_a_file_the_page_asks_for_one(cast: Cast):
    case = cast.draft(materials=False)

    page = Page(cast.browser("agent").post(f"/cases/{case.uid}/materials/", {"code": "floor-plan"}))

    assert page.status == 422
    page.is_told_well()


def test_a_bad_file_in_a_supplement_is_refused_and_the_request_stands(cast: Cast):
    case = cast.submitted()
    cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=POINTS)
    before = stored()

    page = Page(
        cast.browser("agent").post(
            f"/cases/{case.uid}/materials/", {"code": "floor-plan", "file": chosen("a program called a PDF")}
        )
    )

    assert page.status == 422
    page.is_told_well()
    assert stored() == before
    assert Case.objects.get(pk=case.pk).state == "supplement"


@pytest.mark.parametrize("what", ["empty", "a program called a PDF", "a page called a picture", "infected"])
def test_a_bad_photograph_from_the_site_is_refused_and_the_opinion_is_not_lost(cast: Cast, what):
    case = cast.accepted()
    address = f"/crew/cases/tasks/{cast.task(case, 'inspect').uid}/"
    before = stored()

    page = Page(
        cast.browser("inspector").post(
            address,
            {
                "photos": chosen(what),
                "finish": "1",
                "passed": "yes",
                "opinion": "现场一致，冷食间在二楼。",
                "latitude": "30.5",
                "longitude": "104.1",
            },
        )
    )

    assert page.status == 422
    page.is_told_well()
    assert BAD[what][2] in page.fault_of("photos") or "不符合要求" in page.fault_of("photos")
    assert page.controls["opinion"] == ["现场一致，冷食间在二楼。"]
    assert page.controls["latitude"] == ["30.5"]
    assert stored() == before
    assert cast.task(case, "inspect").state == "open"


def test_what_was_written_stays_while_photographs_are_kept(cast: Cast):
    case = cast.accepted()
    browser = cast.browser("inspector")
    address = f"/crew/cases/tasks/{cast.task(case, 'inspect').uid}/"
    typed = {"passed": "no", "opinion": "后门疏散出口锁闭。", "latitude": "30.5", "longitude": "104.x"}

    for _again in range(2):  # a page that answers a form is sent once more when it is loaded again
        page = Page(browser.post(address, {"photos": upload(PHOTO), **typed}))

        assert page.status == 200
        assert not page.faults, "what is half written is not judged yet"
        assert {name: page.controls[name] for name in typed} == {name: [value] for name, value in typed.items()}
        assert Material.objects.of(case).from_site().count() == 1
    assert page.control("photos").form is page.control("opinion").form
    assert cast.task(case, "inspect").state == "open"


def test_a_photograph_that_comes_after_the_inspection_is_refused_and_not_kept(cast: Cast):
    case, browser = cast.accepted(), cast.browser("inspector")
    task = cast.task(case, "inspect")
    cast.inspected(case)
    before = stored()
    finishing = {"finish": "1", "passed": "yes", "opinion": "再看一次。", "latitude": "30.5", "longitude": "104.1"}

    for more in ({}, finishing):
        page = Page(browser.post(f"/crew/cases/tasks/{task.uid}/", {"photos": upload(PHOTO), **more}))

        assert page.status == 409
        assert "已由其他工作人员办结" in page.text
        assert more.get("opinion", "") in page.text
        assert stored() == before


def test_a_photograph_that_is_sent_twice_at_once_is_kept_once(cast: Cast):
    case, inspector = cast.accepted(), cast.actor("inspector")
    task = cast.task(case, "inspect")

    class Slow(SimpleUploadedFile):
        """A file that takes so long to arrive that the same one overtakes it."""

        def read(self, *size: int) -> bytes:
            cases.add_site_photos(actor=inspector, task=task, files=[upload(PHOTO)])
            return bytes(super().read(*size))

    cases.add_site_photos(actor=inspector, task=task, files=[Slow(PHOTO.name, PHOTO.read_bytes())])

    assert Material.objects.of(case).from_site().count() == 1


def test_without_a_photograph_the_page_asks_for_one(cast: Cast):
    address = f"/crew/cases/tasks/{cast.task(cast.accepted(), 'inspect').uid}/"

    for sent in ({}, {"elsewhere": upload(FLOOR_PLAN)}):
        page = Page(cast.browser("inspector").post(address, sent))
        assert page.status == 422
        page.is_told_well()
        assert page.fault_of("photos") == "请先选择文件。"


@pytest.mark.parametrize("what", ["empty", "oversized", "a program called a PDF", "behind a password", "damaged"])
def test_what_is_no_sealed_file_is_told_so_to_whoever_checks_it(cast: Cast, what):
    before = stored()

    page = Page(cast.browser("stranger").post("/licences/verify/", {"file": chosen(what)}))

    assert page.status in {200, 422}
    assert CHINESE.search(page.text)
    assert "验证通过" not in page.text
    if page.status == 422:
        page.is_told_well()
    assert stored() == before


@pytest.mark.parametrize("what", BAD)
def test_another_system_gets_the_reason_as_a_problem(cast: Cast, what):
    account = identity.open_account(actor=SYSTEM, login="system", name="他系统", kind="client")
    duties = ("cases.file", "parties.find")
    role = identity.define_role(actor=SYSTEM, key="system", name="接口", duties=duties)
    department = Department.objects.get(key="market-regulation")
    identity.appoint(actor=SYSTEM, account=account, department=department, role=role)
    _token, key = identity.make_token(actor=SYSTEM, account=account, title="测试", duties=duties)
    case = cast.draft(materials=False)
    Case.objects.filter(pk=case.pk).update(filed_by=account)
    before = stored()

    answer = cast.browser("stranger").post(
        f"/api/v1/cases/{case.uid}/materials/floor-plan",
        {"file": chosen(what)},
        headers={"authorization": f"Bearer {key}", "accept-language": "zh-Hans"},
    )

    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert BAD[what][2] in str(answer.json())
    assert stored() == before
