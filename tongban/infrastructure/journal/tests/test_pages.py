import csv
from dataclasses import dataclass
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.test import RequestFactory

from tongban.infrastructure.journal import pages
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock, subjects
from tongban.infrastructure.kernel.actors import Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.infrastructure.kernel.registry import Registry

pytestmark = pytest.mark.django_db
OPERATOR = Actor("staff", account=1, name="高飞", grants=(Grant("journal.read"),))
CLERK = Actor("staff", account=7, name="陈静", acting_for=3, address="192.0.2.7")


@dataclass(frozen=True)
class TeaServed:
    cups: int


@pytest.fixture
def fact():
    return journal.write(TeaServed(2), by=CLERK, subject="teapot:12", reason="=客人到了")


def ask(view, *args, by=OPERATOR, **question):
    request = RequestFactory().get("/desk/journal/", question)
    request.actor = by
    return view(request, *args)


def send(view, answers, *args, by=OPERATOR, **question):
    request = RequestFactory().post(f"/desk/journal/?{urlencode(question)}", answers)
    request.actor = by
    return view(request, *args)


def export(**question):
    return text(send(pages.exported, {"purpose": "年度审计"}, **question)).removeprefix("\ufeff")


def text(response):
    if response.streaming:
        return b"".join(response.streaming_content).decode()
    return response.content.decode()


def test_each_line_says_who_did_what_when_for_whom_and_why(fact):
    shown = text(ask(pages.listed))

    for words in ("陈静", "journal.TeaServed", "teapot:12", "客人到了", str(clock.today())):
        assert words in shown


@pytest.mark.parametrize(
    ("question", "there"),
    [
        ({"subject": "teapot:12"}, True),
        ({"subject": "teapot:1"}, False),
        ({"actor": "陈静"}, True),
        ({"actor": "赵国清"}, False),
        ({"name": "journal.TeaServed"}, True),
        ({"day": "2020-01-01"}, False),
        ({"day": "tomorrow"}, False),
    ],
)
def test_the_journal_is_searched(fact, question, there):
    assert (str(fact.uid) in text(ask(pages.listed, **question))) is there


def test_the_newest_comes_first_and_pages_go_on_by_key():
    facts = [journal.write(TeaServed(number), by=CLERK) for number in range(60)]

    first = ask(pages.listed)

    assert str(facts[-1].uid) in text(first)
    assert str(facts[0].uid) not in text(first)
    assert "after=" in text(first)


def test_one_entry_is_shown_whole_with_its_seal(fact):
    journal.seal()

    shown = text(ask(pages.one, fact.uid))

    assert "192.0.2.7" in shown
    assert "&quot;cups&quot;: 2" in shown
    assert Fact.objects.get(pk=fact.pk).batch.digest in shown
    with pytest.raises(NotFound):
        ask(pages.one, "00000000-0000-0000-0000-000000000000")


def test_reading_is_written_down_once_an_hour_for_the_same_question(fact):
    for _ in range(3):
        ask(pages.listed, subject="teapot:12")
    ask(pages.listed, subject="teapot:13")

    read = Fact.objects.named("journal.JournalRead")
    assert [fact.data["subject"] for fact in read.order_by("pk")] == ["teapot:12", "teapot:13"]
    assert {fact.actor for fact in read} == {"高飞"}


def test_an_export_is_written_down_and_harmless_to_spreadsheets(fact):
    shown = export(subject="teapot:12")

    assert "'=客人到了" in shown
    assert shown.count("journal.TeaServed") == 1
    exported = Fact.objects.named("journal.JournalExported").get()
    assert (exported.data["subject"], exported.reason, exported.actor) == ("teapot:12", "年度审计", "高飞")


@pytest.mark.parametrize("sign", "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
def test_no_cell_of_an_export_is_a_formula(sign):
    journal.write(TeaServed(2), by=CLERK, subject="teapot:12", reason=f"{sign}HYPERLINK(1)")

    rows = list(csv.DictReader(StringIO(export(subject="teapot:12"), newline="")))

    assert [row["reason"][0] for row in rows] == ["'"]


def test_an_export_asks_what_for_before_anything_leaves(fact):
    asked = ask(pages.exported, subject="teapot:12")
    unsaid = text(send(pages.exported, {"purpose": " "}, subject="teapot:12"))

    assert "teapot:12" in text(asked)
    for shown in (text(asked), unsaid):
        assert "journal.TeaServed" not in shown
        assert 'name="purpose"' in shown
    assert not Fact.objects.named("journal.JournalExported").exists()


def test_an_export_names_officials_and_masks_people():
    person = Actor("person", account=9, name="林晓云", party=5, address="203.0.113.9")
    journal.write(TeaServed(1), by=person, subject="teapot:12", reason="电话 13812345678，证件 11010519491231002X")
    journal.write(TeaServed(2), by=CLERK, subject="teapot:12", reason="客人到了")

    shown = export(subject="teapot:12")

    for kept in ("陈静", "192.0.2.7", "林*云", "203.0.113.0/24", "电话 ***，证件 ***"):
        assert kept in shown
    for hidden in ("林晓云", "203.0.113.9", "13812345678", "11010519491231002X"):
        assert hidden not in shown


def test_a_stranger_reads_nothing(fact):
    stranger = Actor("staff", account=2)

    for view, args in ((pages.listed, ()), (pages.exported, ()), (pages.one, (fact.uid,))):
        with pytest.raises(NotAllowed):
            ask(view, *args, by=stranger)
    assert not Fact.objects.visible_to(stranger).exists()


def test_the_last_verification_is_shown(fact):
    journal.seal()
    call_command("journal", "verify", stdout=StringIO())

    assert "light--green" in text(ask(pages.listed))


def test_a_room_names_its_things(fact, monkeypatch):
    monkeypatch.setattr(subjects, "_describe", Registry("description of subjects"))
    monkeypatch.setattr(subjects, "_resolve", Registry("search for subjects"))
    subjects.register("teapot", lambda numbers: {12: "the blue teapot"}, {"the blue teapot": 12}.get)

    assert "the blue teapot" in text(ask(pages.listed))
    assert "客人到了" in text(ask(pages.listed, subject="the blue teapot"))
    assert "客人到了" not in text(ask(pages.listed, subject="the red teapot"))


def test_what_happened_is_chosen_from_what_rooms_tell(fact):
    shown = text(ask(pages.listed, name="journal.JournalRead"))

    assert '<optgroup label="办件">' in shown
    assert '<option value="journal.JournalRead" selected>查阅日志</option>' in shown


def test_events_have_words():
    assert str(journal.title_of("journal.JournalRead")) != "journal.JournalRead"
    assert str(journal.title_of("journal.TeaServed")) == "Tea served"
