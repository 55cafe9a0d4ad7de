import random
import shutil
import subprocess
import time
from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from tests import preflight
from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.documents import services as documents
from tongban.platform.identity.models import Department
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import Seal, SealUse

pytestmark = pytest.mark.django_db


@pytest.fixture
def department():
    return Department.objects.create(
        key="market-regulation", name="云泽市市场监督管理局", path="city/market-regulation/", area="990100"
    )


@pytest.fixture
def _seal(department):
    seals.make(actor=SYSTEM, department=department, name="电子证照专用章")


def a_letter(*, field=True):
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.drawString(100, 700, "Licence")
    canvas.showPage()
    canvas.drawString(100, 700, "Signed on the second page")
    canvas.save()
    if not field:
        return out.getvalue()
    writer = IncrementalPdfFileWriter(BytesIO(out.getvalue()))
    append_signature_field(writer, SigFieldSpec("Seal", on_page=1, box=(380, 120, 500, 240)))
    with_field = BytesIO()
    writer.write(with_field)
    return with_field.getvalue()


def sealed(department, **options):
    pdf = options.pop("pdf", None) or a_letter()
    return seals.apply(
        **{"actor": SYSTEM, "department": department, "pdf": pdf, "reason": "核发食品经营许可证", "subject": "case:1"}
        | options
    )


@pytest.mark.requirement("PLT-A-04")
@pytest.mark.usefixtures("_seal")
def test_a_sealed_file_is_intact_and_trusted(department):
    file = sealed(department)

    verdict = seals.examine(file)

    assert verdict.good
    assert verdict.problems == []
    assert verdict.signer == "云泽市市场监督管理局电子印章"
    assert abs(verdict.signed_at - clock.now()) < timedelta(minutes=1)
    assert verdict.use.subject == "case:1"
    assert Fact.objects.get(name="seals.SealApplied").data["file_digest"] == verdict.use.file_digest


@pytest.mark.usefixtures("_seal")
def test_the_signature_says_who_why_and_when(department):
    signature = PdfFileReader(BytesIO(sealed(department))).embedded_signatures[0].sig_object

    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature["/Name"] == "云泽市市场监督管理局"
    assert signature["/Reason"] == "核发食品经营许可证"
    assert "+08" in signature["/M"]


@pytest.mark.usefixtures("_seal")
def test_the_picture_stands_in_the_field_that_the_file_prepared(department):
    page = PdfReader(BytesIO(sealed(department))).pages[1]

    annotation = page["/Annots"][0].get_object()
    assert [float(edge) for edge in annotation["/Rect"]] == [380, 120, 500, 240]
    appearance = annotation["/AP"]["/N"].get_object()
    assert appearance["/Resources"]["/XObject"]["/Impression"].get_object()["/ImageMask"]


@pytest.mark.usefixtures("_seal")
def test_a_file_without_a_field_is_sealed_invisibly(department):
    file = sealed(department, pdf=a_letter(field=False))

    assert seals.examine(file).good


@pytest.mark.usefixtures("_seal")
def test_a_second_seal_leaves_the_first_one_good(department):
    other = Department.objects.create(key="health", name="云泽市卫生健康委员会", path="city/health/", area="990100")
    seals.make(actor=SYSTEM, department=other, name="电子证照专用章")

    file = sealed(other, pdf=sealed(department))

    verdict = seals.examine(file)
    assert verdict.good, verdict.problems
    assert verdict.signer == "云泽市市场监督管理局电子印章、云泽市卫生健康委员会电子印章"


@pytest.mark.requirement("QUA-04")
@pytest.mark.usefixtures("_seal")
def test_one_changed_byte_is_refused_with_the_reason(department):
    """Anywhere: in the text, in the tables, in the signature, in the room behind the signature."""
    file = sealed(department)
    end_of_signature = file.rindex(b"00>")
    dice = random.Random(7)
    places = [0, 5, file.index(b"Licence") if b"Licence" in file else 300, end_of_signature, end_of_signature - 400]
    places += [dice.randrange(len(file)) for _ in range(60)]

    for place in places:
        changed = bytearray(file)
        changed[place] ^= 1 << dice.randrange(8)
        verdict = seals.examine(bytes(changed))
        assert not verdict.intact, f"byte {place}"
        assert not verdict.trusted
        assert verdict.problems


@pytest.mark.usefixtures("_seal")
def test_what_is_changed_is_told_in_plain_words(department, settings):
    settings.LANGUAGE_CODE = "en"
    file = sealed(department)
    place = file.index(b"/Contents") + 40
    spoiled = file[:place] + (b"1" if file[place : place + 1] != b"1" else b"2") + file[place + 1 :]
    writer = PdfWriter(BytesIO(file), incremental=True)
    writer.add_blank_page(595, 842)
    longer = BytesIO()
    writer.write(longer)

    assert seals.examine(spoiled).problems
    assert not seals.examine(longer.getvalue()).intact
    assert not seals.examine(file + b"%one more line\n").intact
    assert not seals.examine(file[:-1]).intact
    for nothing in (b"", b"hello", a_letter()):
        assert not seals.examine(nothing).intact
        assert seals.examine(nothing).problems


@pytest.mark.usefixtures("_seal")
def test_what_was_added_is_told_apart_from_what_was_changed(department):
    file = sealed(department)

    added = seals.examine(file + b"\n%%EOF\n").problems

    changed = bytearray(file)
    changed[file.index(b"/MediaBox") + 12] ^= 1
    verdict = seals.examine(bytes(changed))
    assert added != verdict.problems
    assert len(verdict.problems) == 1, "who vouches for the signer has nothing to do with it"
    assert not verdict.trusted


@pytest.mark.usefixtures("_seal")
def test_a_file_sealed_by_a_stranger_is_not_trusted(department, settings):
    """The same certificate names, another authority: as if another installation had made the file."""
    file = sealed(department)
    SealUse.objects.all().delete()
    Key.objects.exclude(issuer=None).delete()
    Key.objects.all().delete()

    verdict = seals.examine(file)

    assert verdict.intact
    assert not verdict.trusted
    assert len(verdict.problems) == 1


@pytest.mark.usefixtures("_seal")
def test_a_file_signed_with_our_key_that_no_record_knows_is_not_believed(department):
    file = sealed(department)
    SealUse.objects.all().delete()

    assert not seals.examine(file).intact


@pytest.mark.usefixtures("_seal")
def test_what_was_sealed_before_a_key_was_revoked_stays_good(department):
    before = sealed(department)
    key = Key.objects.get(owner="department:market-regulation")
    with clock.at(clock.now() + timedelta(hours=1)):
        crypto.revoke(actor=SYSTEM, key_digest=key.key_digest, reason="stolen")
    assert seals.examine(before).good

    SealUse.objects.update(at=clock.now() + timedelta(hours=2))

    verdict = seals.examine(before)
    assert verdict.intact
    assert not verdict.trusted


@pytest.mark.usefixtures("_seal")
def test_each_seal_bears_the_certificate_of_its_day_and_is_written_by_the_rules(department):
    files = [sealed(department)]
    crypto.renew(actor=SYSTEM, owner="department:market-regulation")
    files += [sealed(department), sealed(department)]

    signatures = [PdfFileReader(BytesIO(file)).embedded_signatures[0] for file in files]

    serials = [f"{signature.signer_cert.serial_number:x}" for signature in signatures]
    assert serials[0] != serials[1] == serials[2] == Key.objects.current("department:market-regulation").get().serial
    assert all(seals.examine(file).good for file in files)
    for signature in signatures:  # DER, and nothing is said that PAdES does not ask for
        assert signature.signed_data.dump(force=True) == signature.signed_data.copy().dump()
        said = [attribute["type"].native for attribute in signature.signer_info["signed_attrs"]]
        assert sorted(said) == ["content_type", "message_digest", "signing_certificate_v2"]
    assert len({signature.signer_info["signature"].native for signature in signatures}) == 3


@pytest.mark.usefixtures("_seal")
def test_what_was_sealed_stays_good_after_the_certificate_has_expired(department):
    file = sealed(department)

    with clock.at(clock.now() + timedelta(days=3000)):
        assert seals.examine(file).good


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig (poppler-utils) is not installed")
@pytest.mark.usefixtures("_seal")
def test_an_outside_tool_confirms_the_seal_and_finds_the_change(department, tmp_path):
    file = sealed(department)
    (tmp_path / "good.pdf").write_bytes(file)
    spoiled = bytearray(file)
    spoiled[file.index(b"/MediaBox") + 12] ^= 1
    (tmp_path / "bad.pdf").write_bytes(bytes(spoiled))

    def says(name):
        command = ["pdfsig", "-nocert", str(tmp_path / name)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    assert "Signature is Valid" in says("good.pdf")
    assert "Total document signed" in says("good.pdf")
    assert "ETSI.CAdES.detached" in says("good.pdf")
    assert "Signature is Valid" not in says("bad.pdf")


def test_only_who_holds_the_duty_may_seal(department):
    seals.make(actor=SYSTEM, department=department, name="电子证照专用章")
    clerk = Actor("staff", account=3, name="陈静", grants=(Grant("seals.apply", frozenset({department.pk})),))
    elsewhere = Actor("staff", account=4, grants=(Grant("seals.apply", frozenset({department.pk + 1})),))

    assert seals.examine(sealed(department, actor=clerk)).good
    for actor in (ANONYMOUS, elsewhere):
        with pytest.raises(NotAllowed):
            sealed(department, actor=actor)
    with pytest.raises(NotAllowed):
        seals.make(actor=clerk, department=department, name="行政审批专用章")
    assert list(Seal.objects.visible_to(clerk)) == list(Seal.objects.all())
    assert not Seal.objects.visible_to(elsewhere).exists()


def test_a_department_without_a_valid_seal_cannot_seal(department):
    with pytest.raises(seals.NoSeal):
        sealed(department)

    seal = seals.make(actor=SYSTEM, department=department, name="电子证照专用章", valid_until=date(2099, 1, 1))
    seals.suspend(actor=SYSTEM, seal=seal, reason="清点")
    with pytest.raises(seals.NoSeal):
        sealed(department)

    seals.resume(actor=SYSTEM, seal=seal, reason="清点完毕")
    assert sealed(department)
    seals.withdraw(actor=SYSTEM, seal=seal, reason="更换")
    with pytest.raises(NotFound):
        seals.resume(actor=SYSTEM, seal=seal, reason="后悔")


def test_a_seal_is_chosen_by_its_name(department):
    seals.make(actor=SYSTEM, department=department, name="电子证照专用章")
    approval = seals.make(actor=SYSTEM, department=department, name="行政审批专用章", order=1)

    sealed(department, name="行政审批专用章", subject="case:2")

    assert SealUse.objects.about("case:2").get().seal == approval
    with pytest.raises(seals.SealExists):
        seals.make(actor=SYSTEM, department=department, name="行政审批专用章")
    assert [seal.code for seal in Seal.objects.in_order()] == ["9901000000001", "9901000000002"]


@pytest.mark.usefixtures("_seal")
@pytest.mark.parametrize("file", [b"", b"hello", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_cannot_be_sealed(department, file):
    with pytest.raises(seals.NotSealable):
        seals.apply(actor=SYSTEM, department=department, pdf=file, reason="x", subject="case:1")


@pytest.mark.usefixtures("_seal")
def test_the_picture_is_round_and_inked(department):
    picture = Image.open(BytesIO(bytes(Seal.objects.get(department=department).picture)))

    assert picture.size == (1000, 1000)
    assert picture.getpixel((2, 2)) == 0
    assert picture.getpixel((500, 20)) == 255
    assert 0.1 < sum(picture.convert("L").histogram()[128:]) / 1_000_000 < 0.4


@pytest.mark.usefixtures("_seal")
def test_sealing_is_fast_enough_for_five_licences_a_second(department):
    letter = a_letter()
    sealed(department, pdf=letter)
    start = time.process_time()

    for _ in range(10):
        sealed(department, pdf=letter)

    assert (time.process_time() - start) / 10 < 0.05


@pytest.mark.usefixtures("_seal")
def test_a_document_of_ours_is_sealed_where_it_asks_for_it(department):
    text = "# 食品经营许可证\n\n经营者名称：云泽市禾香餐饮有限公司\n"
    letter = documents.compose(text, {}, title="食品经营许可证")

    file = sealed(department, pdf=letter)

    assert seals.examine(file).good
    signature = PdfFileReader(BytesIO(file)).embedded_signatures[0]
    left, bottom, right, top = (float(edge) for edge in signature.sig_field["/Rect"])
    assert right - left == pytest.approx(top - bottom, abs=1)
    assert right - left > 90


@pytest.mark.usefixtures("_seal")
@pytest.mark.found("J-LICENCE")
def test_a_sealed_paper_stays_what_it_says_it_is(department, tmp_path):
    """PDF/A-2: version 1.7 throughout, the seal drawn and tagged, structure and particulars as they were."""
    paper = documents.compose("# 决定书\n\n> 云泽市市场监督管理局", {}, title="决定书")
    file = seals.apply(actor=SYSTEM, department=department, pdf=paper, reason="决定书", subject="case:1")

    reader = PdfReader(BytesIO(file))
    root = reader.trailer["/Root"]
    (annotation,) = [one.get_object() for one in reader.pages[-1]["/Annots"]]
    assert file.startswith(b"%PDF-1.7")
    assert "/Version" not in root
    assert "/Extensions" not in root
    assert b"<pdfaid:part>2</pdfaid:part>" in root["/Metadata"].get_data()
    assert root["/MarkInfo"]["/Marked"]
    assert annotation["/F"] & 4
    assert annotation["/AP"]["/N"]
    assert "/StructParent" in annotation
    assert seals.examine(file).good


@pytest.mark.usefixtures("_seal")
@pytest.mark.found("J-LICENCE")
@pytest.mark.skipif(not preflight.there(), reason="PDFBox Preflight (libpdfbox2-java) and Java are not installed")
def test_an_outside_validator_takes_sealed_papers_for_an_archive(department, tmp_path):
    face = "---\nstyle: licence\norientation: landscape\n---\n# 许可证\n\n名称 :: 禾香\n\n> 发证机关：市监局\n"
    letter = "# 决定书\n^ 准字〔2026〕1号\n\n|序号|材料|\n|:-:|---|\n|1|平面图|\n\n***\n\n> 云泽市市场监督管理局"
    folder = tmp_path / "papers"
    folder.mkdir()
    papers = {
        name: sealed(department, pdf=documents.compose(text, {}, title="50% <x>", qr="http://example.cn/licences/v/A/"))
        for name, text in (("licence", face), ("letter", letter))
    }
    papers["receipt"] = documents.compose(letter, {}, title="回执", seal=False)

    assert preflight.faults(papers, folder) == []
