"""A letter about anything is numbered, sealed and kept, once; or it waits for a typeface."""

import subprocess
import sys

import pytest
from django.db import IntegrityError

from tests.cast import Cast
from tests.typefaces import typeface
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.identity.models import Department
from tongban.platform.letters import services as letters
from tongban.platform.letters.models import Letter
from tongban.platform.letters.tests import orders
from tongban.platform.parties.models import Party
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import SealUse


@pytest.fixture
def citizen(cast: Cast) -> Party:
    return cast.people["citizen"]


@pytest.fixture
def department(cast: Cast) -> Department:
    return Department.objects.get(key="market-regulation")


@pytest.fixture
def order(citizen, department) -> letters.LetterOrder:
    return orders.notice(owner=citizen, department=department)


def test_a_letter_is_sealed_by_its_department_and_belongs_to_whom_it_is_for(order, citizen):
    letter = letters.issue(order)

    assert (letter.subject, letter.number, letter.title) == ("matter:1", "复字〔2026〕7F3K2QX号", "答复意见书")
    assert letter.document.owner == citizen
    assert letter.document.source == order.department.name
    assert seals.examine(storage.read(letter.document.blob)).good
    assert SealUse.objects.get(subject="matter:1").reason == "答复意见书"


def test_it_is_told_under_its_subject(order):
    letters.issue(order)

    fact = Fact.objects.about("matter:1").get(name="letters.LetterIssued")
    assert fact.data == {"origin": "matter:1", "number": order.number, "kind": "answer"}


def test_anyone_may_check_it_by_its_token(order):
    said = []
    checked = orders.notice(
        owner=order.owner, department=order.department, verified_at=lambda token: said.append(token) or "https://x"
    )

    letter = letters.issue(checked)

    assert said == [letter.document.token]


def test_ordered_twice_it_is_written_once(order):
    first = letters.issue(order)

    assert letters.issue(order) == first
    assert Document.objects.filter(kind="answer").count() == 1
    assert SealUse.objects.filter(subject="matter:1").count() == 1


def test_a_worker_that_was_overtaken_takes_the_letter_of_the_other(order, monkeypatch):
    seal = seals.apply

    def overtaken(**asked):
        monkeypatch.setattr(seals, "apply", seal)
        letters.issue(order)
        return seal(**asked)

    monkeypatch.setattr(seals, "apply", overtaken)

    letter = letters.issue(order)

    assert letter == Letter.objects.get()
    assert Document.objects.filter(kind="answer").count() == 1


def test_a_number_is_given_once(order, citizen, department):
    letters.issue(order)

    with pytest.raises(IntegrityError):
        letters.issue(orders.notice(owner=citizen, department=department, subject="matter:2"))
    assert not Letter.objects.about("matter:2").exists()


def test_a_subject_has_a_letter_for_each_occasion(order, citizen, department):
    letters.issue(order)
    letters.issue(orders.notice(owner=citizen, department=department, occasion="answer:2", number="复字〔2026〕2号"))

    assert Letter.objects.occasions_of("matter:1") == {"answer:1", "answer:2"}
    assert [letter.occasion for letter in Letter.objects.about("matter:1")] == ["answer:1", "answer:2"]


def test_a_letter_without_a_glyph_waits_and_is_made_when_the_typeface_comes(order, settings, tmp_path):
    settings.VAR, settings.DOCUMENTS_TYPEFACES = tmp_path, "typefaces"
    rare = "\U00030320"
    waiting = orders.notice(
        owner=order.owner, department=order.department, facts={**order.facts, "answer": f"已告知{rare}。"}
    )

    assert letters.issue(waiting) is None
    assert [paper.title for paper in documents.papers_waiting("matter:1")] == ["答复意见书"]
    assert not Letter.objects.about("matter:1").exists()

    (tmp_path / "typefaces").mkdir()
    (tmp_path / "typefaces" / "further.ttf").write_bytes(typeface(rare))
    documents.try_waiting()

    assert letters.issue(waiting) is not None
    assert not documents.papers_waiting("matter:1")


def test_a_letter_is_found_by_its_document(order):
    letter = letters.issue(order)

    assert Letter.objects.named(str(letter.document.uid)).get() == letter
    assert not Letter.objects.named("no uid").exists()


@pytest.mark.parametrize(("template", "title"), [(orders.TEMPLATE, "答复意见书"), ("= 您好", "")])
def test_a_letter_says_what_it_is_called(order, template, title):
    assert letters.title_in(template, order.facts) == title


def test_letters_are_found_by_subject_occasion_and_document(order):
    first = letters.issue(order)
    second = letters.issue(
        orders.notice(owner=order.owner, department=order.department, occasion="answer:2", number="复字〔2026〕2号")
    )
    other = letters.issue(
        orders.notice(owner=order.owner, department=order.department, subject="matter:2", number="复字〔2026〕3号")
    )

    assert list(Letter.objects.about("matter:1")) == [first, second]
    assert list(Letter.objects.about("matter:2")) == [other]
    assert Letter.objects.on_occasion("matter:1", "answer:2") == second
    assert Letter.objects.on_occasion("matter:2", "answer:2") is None
    assert Letter.objects.occasions_of("matter:1") == {"answer:1", "answer:2"}
    assert list(Letter.objects.named(str(second.document.uid))) == [second]
    assert not Letter.objects.named("no uid").exists()
    assert str(second) == "复字〔2026〕2号"


@pytest.mark.parametrize(
    ("template", "title"), [("# 一\n\n文字\n\n# 二", "二"), ("# 答复意见书", "答复意见书"), ("文字", "")]
)
def test_a_letter_calls_itself_by_its_last_title(template, title):
    assert letters.title_in(template, {}) == title


def test_a_moment_later_it_is_there_as_ofd_under_the_same_seal(order):
    letter = letters.issue(order)
    assert letter.ofd is None
    jobs.run_all()

    letter = Letter.objects.about("matter:1").get()
    content = storage.read(letter.ofd.blob)
    check = seals.examine(content)
    assert check.good, check.problems
    assert letter.ofd.blob.media_type == "application/ofd"
    assert letter.ofd.owner == letter.document.owner
    assert (
        SealUse.objects.of_file(letter.ofd.blob.digest).seal
        == SealUse.objects.of_file(letter.document.blob.digest).seal
    )
    assert [letter.file(str(one.uid)) for one in (letter.document, letter.ofd)] == [letter.document, letter.ofd]
    assert Letter.objects.named(str(letter.ofd.uid)).get() == letter


def test_the_ofd_says_what_the_pdf_says_as_another_reader_reads_it(order, tmp_path):
    letters.make_ofd(letters.issue(order))
    letter = Letter.objects.about("matter:1").get()
    (tmp_path / "letter.ofd").write_bytes(storage.read(letter.ofd.blob))

    command = [sys.executable, "-m", "ofdkit", "text", "letter.ofd"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert letter.title in said
    assert letter.number in said
    assert order.department.name in said


def test_the_ofd_is_made_once(order):
    letter = letters.issue(order)
    first = letters.make_ofd(letter).ofd

    assert letters.make_ofd(letter).ofd == first
    assert Document.objects.filter(blob__media_type="application/ofd").count() == 1
