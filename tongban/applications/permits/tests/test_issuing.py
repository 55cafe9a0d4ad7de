"""What a granted case ends with."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.cast import Cast, definition, example, found, upload
from tests.typefaces import typeface
from tongban.applications.permits import services as permits
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.telemetry import services as telemetry
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.documents import services as documents
from tongban.platform.identity.models import Department
from tongban.platform.letters.models import Letter
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.parties.models import Party


def test_the_face_says_what_was_granted(cast):
    licence = Licence.objects.of_subject(cast.decided().subject).get()

    assert licence.face["经营者名称"] == "云泽市禾香餐饮有限公司"
    assert licence.face["主体业态"].startswith("餐饮服务经营者")
    assert (licence.valid_until.year - licence.valid_from.year) == 5


def test_issuing_twice_gives_the_same_licence(cast):
    case = cast.decided()

    assert permits.issue(case=case).pk == permits.issue(case=case).pk
    assert Licence.objects.of_subject(case.subject).count() == 1


@pytest.mark.found("F1")
def test_a_licence_waits_for_its_characters_and_goes_on_by_itself(cast, settings, tmp_path):
    """Nobody has anything to do but the operator, who adds a typeface to a folder."""
    settings.VAR = tmp_path
    settings.DOCUMENTS_TYPEFACES = "typefaces"
    rare = "\U00030309"
    Party.objects.filter(pk=cast.people["company"].pk).update(name=f"云泽市{rare}餐饮有限公司")
    case = cast.decided()

    assert case.state == "granted"
    assert not Licence.objects.of_subject(case.subject)
    assert not Licence.objects.filter(subject=case.subject, state="reserved")
    assert {paper.shown for paper in documents.papers_waiting(case.subject)} == {f"{rare}（U+30309）"}
    assert any("U+30309" in result.detail for result in telemetry.run_checks() if result.name == "typefaces")
    told = [notice for notice in Notice.objects.filter(party=case.applicant) if "U+30309" in notice.body]
    assert told

    (tmp_path / "typefaces").mkdir()
    (tmp_path / "typefaces" / "further.ttf").write_bytes(typeface(rare))
    assert documents.try_waiting() == len(told)
    jobs.run_all()

    case.refresh_from_db()
    decision = Letter.objects.about(case.subject).get(kind="grant")
    assert Licence.objects.of_subject(case.subject).get().state == "valid"
    assert case.state == "completed"
    assert not documents.papers_waiting(case.subject)
    assert f"云泽市{rare}餐饮有限公司" in said_by(storage.read(decision.document.blob))


def said_by(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_nothing_is_issued_on_a_no(cast):
    assert permits.issue(case=cast.decided(granted=False)) is None


def test_the_file_is_genuine_and_one_changed_byte_is_refused_with_the_reason(cast):
    licence = Licence.objects.of_subject(cast.decided().subject).get()
    pdf = storage.read(licence.document.blob)
    forged = pdf[:2000] + bytes([pdf[2000] ^ 1]) + pdf[2001:]

    assert licences.verify_file(pdf).genuine
    verdict = licences.verify_file(forged)
    assert not verdict.genuine
    assert verdict.problems


def test_a_reissued_permit_takes_the_place_of_the_earlier_one(db):
    house = found("residence-permit-reissue")
    earlier = permit_of(house)
    case = reissued(house)

    assert Licence.objects.get(pk=earlier.pk).state == "superseded"
    assert Licence.objects.of_subject(case.subject).get().state == "valid"


@pytest.mark.found("B10")
def test_the_photograph_that_was_asked_for_stands_on_the_permit(db):
    house = found("residence-permit-reissue")
    permit_of(house)
    case = reissued(house)

    pdf = storage.read(Licence.objects.of_subject(case.subject).get().document.blob)
    reader = PdfReader(BytesIO(pdf))
    (photo,) = reader.pages[0].images
    assert photo.image.size == (358, 441)
    assert not photo.image.getexif()
    root = reader.trailer["/Root"]["/StructTreeRoot"]["/K"].get_object()
    kids = [kid.get_object() for kid in root["/K"]]
    assert "持证人相片" in {kid.get("/Alt") for kid in kids if kid["/S"] == "/Figure"}
    assert licences.verify_file(pdf).genuine


def permit_of(house: Cast) -> Licence:
    return licences.record(
        actor=SYSTEM,
        order=licences.Order(
            kind="residence-permit",
            kind_name="居住证",
            kind_code="11990100MB99003044001",
            number="JZ9901002025000009",
            holder=house.people["citizen"],
            issuer=Department.objects.get(key="public-security"),
            subject="register:old",
            valid_from=clock.today() - timedelta(days=30),
            valid_until=clock.today() + timedelta(days=300),
            face={"姓名": "林晓云"},
        ),
    )


def reissued(house: Cast) -> Case:
    citizen = house.actor("citizen")
    played = example("residence-permit-reissue")
    case = cases.begin(actor=citizen, service="residence-permit-reissue")
    case = cases.fill(actor=citizen, case=case, answers=played["answers"], revision=case.revision)
    for code, sample in played["materials"].items():
        if sample == "fetch":
            cases.fetch(actor=citizen, case=case, code=code)
        else:
            file = upload(definition("residence-permit-reissue") / sample)
            cases.attach(actor=citizen, case=case, code=code, file=file)
    cases.submit(actor=citizen, uid=case.uid, declared=True)
    cases.accept(actor=SYSTEM, task=house.task(case, "accept"))
    cases.give_opinion(actor=SYSTEM, task=house.task(case, "review"), passed=True, opinion="属实。")
    cases.decide(actor=SYSTEM, task=house.task(case, "approve"), granted=True, reason="")
    jobs.run_all()
    return Case.objects.get(pk=case.pk)
