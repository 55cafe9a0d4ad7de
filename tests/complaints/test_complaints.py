"""A room that knows no case lets people fill in a form and bring materials: eforms and documents are enough."""

import ast
import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from tests.complaints import services as complaints
from tests.complaints.models import Complaint, Paper
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, NotFound
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms
from tongban.platform.eforms.services import filling
from tongban.platform.identity import services as identity
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.complaints.pages")]
ABOUT = {"kind": "noise", "at_night": True, "place": "临湖区柳岸街15号"}


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Complaint)
            editor.create_model(Paper)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Paper)
            editor.delete_model(Complaint)


class Person:
    """Somebody with an account and a browser."""

    def __init__(self, login: str, name: str, number: str) -> None:
        account = identity.open_account(actor=SYSTEM, login=login, name=name, kind="person")
        parties.register_person(
            actor=SYSTEM, name=name, id_number=number, account=account, phone="13900000001", area="990102"
        )
        self.actor = parties.with_party(identity.actor_of(account), chosen=None)
        session = SessionStore()
        session.begin(account, address="127.0.0.1", device="tests")
        session.save()
        self.browser = Client()
        self.browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


@pytest.fixture(autouse=True)
def _homes(db) -> None:
    office = identity.put_department(actor=SYSTEM, key="housing", name="云泽市住房局", area="990100")
    fields = [{"name": "address", "title": "住址"}]
    registers.declare(actor=SYSTEM, key="homes", title="住房库", department=office, fields=fields)


@pytest.fixture
def lin() -> Person:
    return Person("lin", "林晓云", "990102199003124024")


@pytest.fixture
def shen() -> Person:
    return Person("shen", "沈一鸣", "990103199508175317")


def picture(name: str = "现场.png", shade: int = 0) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("L", (40, 30), shade).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def reread(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def sent(page: str, **answers: str) -> dict[str, str]:
    """Return what a browser sends of a page of questions, with these answers."""
    shown = re.search(r'name="_shown" value="([^"]*)"', page)
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert shown
    assert revision
    return {"_shown": shown[1], "revision": revision[1], **answers}


def test_it_knows_no_case():
    files = list(Path(__file__).parent.glob("*.py"))
    named = {
        module
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (module := node.module)
    }

    assert len(files) == 5
    assert not {module for module in named if "cases" in module}


def test_what_the_house_knows_is_filled_in_and_stays(lin):
    complaint = complaints.begin(actor=lin.actor)

    assert complaint.answers == {"name": "林晓云", "phone": "13900000001"}
    complaints.fill(actor=lin.actor, uid=complaint.uid, answers={"name": "别人", "phone": "13900000002"}, revision=1)

    kept = reread(complaint)
    assert kept.answers == {"name": "林晓云", "phone": "13900000002"}
    assert list(kept.sources) == ["name"]
    with pytest.raises(eforms.FixedFacts):
        eforms.must_agree(complaints.form(), kept, {"name": "别人"})


def at_home(person: Person) -> None:
    """Let the register know where somebody lives."""
    party = Party.objects.get(pk=person.actor.represents)
    data = {"address": "柳岸街15号"}
    registers.put(actor=SYSTEM, register="homes", party=party, data=data, as_of=date(2026, 1, 31), source="住房库")


def test_what_a_register_says_stays_beside_another_answer(lin):
    at_home(lin)
    complaint = complaints.begin(actor=lin.actor)
    assert complaint.answers["place"] == "柳岸街15号"

    complaints.fill(actor=lin.actor, uid=complaint.uid, answers={**ABOUT, "place": "别处"}, revision=1)

    [other] = eforms.differences(complaints.form(), reread(complaint))
    assert (other.name, other.answer, other.registered) == ("place", "别处", "柳岸街15号")
    assert "柳岸街15号" in lin.browser.get(f"/complaints/{complaint.uid}/fill/what/").content.decode()


def test_what_a_register_answers_is_fetched_once(lin):
    complaint = complaints.begin(actor=lin.actor)
    address = f"/complaints/{complaint.uid}/materials/"
    nothing = lin.browser.post(address, {"fetch": "home"})
    assert nothing.status_code == 422
    assert "没有查到有效的“住址证明”" in nothing.content.decode()
    at_home(lin)

    lin.browser.post(address, {"fetch": "home"})
    lin.browser.post(address, {"fetch": "home"})

    paper = Paper.objects.of(complaint).get()
    assert (paper.code, paper.document.origin) == ("home", "fetched")
    assert lin.browser.get(f"/complaints/{complaint.uid}/files/{paper.document.uid}/").status_code == 200


def test_answers_rest_encrypted(lin):
    complaint = complaints.begin(actor=lin.actor)

    with connection.cursor() as cursor:
        cursor.execute("SELECT answers, facts FROM complaints_complaint")
        assert "林晓云" not in str(cursor.fetchone())
    assert reread(complaint).answers["name"] == "林晓云"


def test_a_stale_revision_is_refused_and_nothing_is_kept(lin):
    complaint = complaints.begin(actor=lin.actor)
    complaints.fill(actor=lin.actor, uid=complaint.uid, answers=ABOUT, revision=1)

    with pytest.raises(Conflict):
        complaints.fill(actor=lin.actor, uid=complaint.uid, answers={"place": "别处"}, revision=1)

    assert reread(complaint).answers["place"] == ABOUT["place"]
    assert reread(complaint).revision == 2


@pytest.mark.parametrize("answers", [{"stray": "x"}, {"place": {"deep": 1}}, {"place": "长" * 10_001}])
def test_what_can_be_no_answer_is_refused(lin, answers):
    complaint = complaints.begin(actor=lin.actor)

    with pytest.raises(Invalid):
        complaints.fill(actor=lin.actor, uid=complaint.uid, answers=answers, revision=1)

    assert reread(complaint).revision == 1


def test_answers_too_long_together_are_refused(lin, monkeypatch):
    monkeypatch.setattr(filling, "MAX_ANSWERS_KB", 1)
    complaint = complaints.begin(actor=lin.actor)

    with pytest.raises(eforms.TooMuchText):
        complaints.fill(actor=lin.actor, uid=complaint.uid, answers={"place": "长" * 350}, revision=1)

    assert "place" not in reread(complaint).answers


def test_a_complaint_is_filled_in_page_by_page(lin):
    complaint = complaints.begin(actor=lin.actor)
    start = f"/complaints/{complaint.uid}/"
    first, second = f"{start}fill/what/", f"{start}fill/who/"
    assert lin.browser.get(start)["Location"] == first

    page = lin.browser.get(first).content.decode()
    asked = lin.browser.post(first, sent(page, kind="noise", place="柳岸街15号"))

    assert asked.status_code == 200  # night is asked for noise only: shown again, nothing judged or kept
    assert "是否在夜间" not in page
    assert "是否在夜间" in asked.content.decode()
    assert "place" not in reread(complaint).answers
    wrong = lin.browser.post(first, sent(asked.content.decode(), kind="noise", place="柳岸街15号"))
    assert wrong.status_code == 422
    assert reread(complaint).step == "what"
    done = lin.browser.post(first, sent(wrong.content.decode(), kind="noise", at_night="true", place="柳岸街15号"))
    assert done["Location"] == second
    assert lin.browser.get(start)["Location"] == second  # gone on with where it was left
    page = lin.browser.get(second).content.decode()
    assert re.search(r'aria-current="step"\s*>\s*<span>投诉人', page)
    assert f'<a href="{first}">投诉内容</a>' in page
    later = lin.browser.post(second, sent(page, phone="139", later="1"))
    assert later["Location"] == "/"
    assert reread(complaint).answers["phone"] == "139"
    assert reread(complaint).step == "who"


def test_a_page_that_is_behind_shows_what_was_typed(lin):
    complaint = complaints.begin(actor=lin.actor)
    address = f"/complaints/{complaint.uid}/fill/what/"
    page = lin.browser.get(address).content.decode()
    complaints.fill(actor=lin.actor, uid=complaint.uid, answers=ABOUT, revision=1)

    answer = lin.browser.post(address, sent(page, kind="smell", place="另一处"))

    assert answer.status_code == 422
    assert "另一处" in answer.content.decode()
    assert 'name="revision" value="2"' in answer.content.decode()
    assert reread(complaint).answers["place"] == ABOUT["place"]


def test_what_cannot_be_is_told_at_its_question(lin):
    complaint = complaints.begin(actor=lin.actor)
    address = f"/complaints/{complaint.uid}/fill/what/"

    answer = lin.browser.post(address, sent(lin.browser.get(address).content.decode(), kind="smell", place="不知道"))

    assert answer.status_code == 422
    assert 'href="#q-place"' in answer.content.decode()
    assert "没有地点无法调查" in answer.content.decode()


def test_what_is_strange_is_confirmed_on_a_page_of_its_own(lin):
    complaint = complaints.begin(actor=lin.actor)
    start = f"/complaints/{complaint.uid}/"
    complaints.fill(actor=lin.actor, uid=complaint.uid, answers={**ABOUT, "at_night": False}, revision=1)
    documents.attach_to(complaints.materials_of(lin.actor, complaint), actor=lin.actor, code="photo", file=picture())
    page = lin.browser.get(f"{start}fill/what/").content.decode()

    led = lin.browser.post(f"{start}fill/what/", sent(page, kind="noise", at_night="false", place=ABOUT["place"]))

    assert led["Location"] == f"{start}confirm/what/"
    asked = lin.browser.get(led["Location"]).content.decode()
    assert "白天的噪声一般由社区先行调解" in asked
    assert f'href="{start}fill/what/#q-kind"' in asked
    with pytest.raises(Invalid):
        complaints.send(actor=lin.actor, uid=complaint.uid)
    done = lin.browser.post(led["Location"], {"confirm": "noise-by-day"})
    assert done["Location"] == f"{start}fill/who/"
    assert [word["text"][:5] for word in eforms.confirmed(reread(complaint))] == ["白天的噪声"]
    assert lin.browser.get(led["Location"])["Location"] == f"{start}fill/who/"
    assert complaints.send(actor=lin.actor, uid=complaint.uid).sent_at


def test_a_paper_is_brought_replaced_and_missed(lin):
    complaint = complaints.begin(actor=lin.actor)
    complaints.fill(actor=lin.actor, uid=complaint.uid, answers=ABOUT, revision=1)
    address = f"/complaints/{complaint.uid}/materials/"

    missed = lin.browser.post(address, {"continue": "1"})

    assert missed.status_code == 422
    assert 'href="#material-photo"' in missed.content.decode()
    assert "缺少材料：现场照片" in missed.content.decode()
    lin.browser.post(address, {"upload": "photo", "file-photo": picture()})
    old = Paper.objects.of(complaint).get()
    page = lin.browser.get(address).content.decode()
    assert f"/complaints/{complaint.uid}/files/{old.document.uid}/" in page
    lin.browser.post(address, {"remove": str(old.document.uid)})
    lin.browser.post(address, {"upload": "photo", "file-photo": picture("新的.png", 200)})
    assert [paper.document.name for paper in Paper.objects.of(complaint)] == ["新的.png"]
    assert Paper.objects.ever_of(complaint).count() == 2
    assert lin.browser.post(address, {"continue": "1"})["Location"] == "/"
    assert reread(complaint).sent_at
    assert lin.browser.post(address, {"remove": str(Paper.objects.of(complaint).get().document.uid)}).status_code == 422
    assert Paper.objects.codes_of(complaint) == {"photo"}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"upload": "photo", "file-photo": lambda: SimpleUploadedFile("说明.txt", b"text")}, "photo"),
        ({"upload": "photo"}, "photo"),
        ({"upload": "stray", "file-stray": picture}, ""),
        ({"fetch": "report"}, "report"),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_line(lin, sent, told):
    complaint = complaints.begin(actor=lin.actor)

    answer = lin.browser.post(
        f"/complaints/{complaint.uid}/materials/",
        {name: value() if callable(value) else value for name, value in sent.items()},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert (f'href="#material-{told}"' in page) is bool(told)
    assert not Paper.objects.of(complaint).exists()


def test_what_one_has_already_is_offered_and_used_again(lin):
    first, second = complaints.begin(actor=lin.actor), complaints.begin(actor=lin.actor)
    documents.attach_to(complaints.materials_of(lin.actor, first), actor=lin.actor, code="photo", file=picture())
    had = Paper.objects.of(first).get().document
    address = f"/complaints/{second.uid}/materials/"
    assert f'name="paper-photo" value="{had.uid}"' in lin.browser.get(address).content.decode()

    lin.browser.post(address, {"reuse": "photo", "paper-photo": str(had.uid)})

    assert Paper.objects.of(second).get().document == had
    assert [line["code"] for line in documents.missing(complaints.LINES, Paper.objects.codes_of(second))] == []


def test_a_stranger_reaches_nothing(lin, shen):
    complaint = complaints.begin(actor=lin.actor)
    documents.attach_to(complaints.materials_of(lin.actor, complaint), actor=lin.actor, code="photo", file=picture())
    paper = Paper.objects.of(complaint).get()
    theirs = f"/complaints/{complaint.uid}/"

    for address in ("", "fill/what/", "materials/", f"files/{paper.document.uid}/"):
        assert shen.browser.get(f"{theirs}{address}").status_code == 404
    assert shen.browser.post(f"{theirs}materials/", {"remove": str(paper.document.uid)}).status_code == 404
    with pytest.raises(NotFound):
        documents.remove(complaints.materials_of(shen.actor, complaint), document=str(paper.document.uid))
    assert Paper.objects.codes_of(complaint) == {"photo"}
