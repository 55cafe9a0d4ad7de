"""The board of lights, the to-do list and the sheet as CSV: the same figures wherever they stand, and their cases."""

import csv
import io
from collections import Counter
from datetime import timedelta

import pytest

from tests.cast import Cast
from tongban.applications.oversight import schedule
from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import SupervisionCard
from tongban.applications.oversight.tests.conftest import at, heard
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages import presenting
from tongban.platform.identity.models import Department
from tongban.platform.workflow.models import Task


@pytest.fixture
def matters(city):
    """An accepted case, one that only came in, and one that waits for its applicant; on the day they came in."""
    with clock.at(at(3, 2)):
        accepted, submitted = heard(city.accepted()), heard(city.submitted())
        waiting = city.submitted()
        points = [{"material": "floor-plan", "text": "请标明专间。"}]
        cases.request_supplement(actor=city.actor("clerk"), task=city.task(waiting, "accept"), points=points)
        yield {"accepted": accepted, "submitted": submitted, "waiting": heard(waiting)}


def days_after(case: Case, days: int):
    day = case.promised_due_on + timedelta(days=days)
    return clock.at(at(day.month, day.day))


def lights_one_by_one() -> Counter[str]:
    """Count what a list says of each open case."""
    rows = Case.objects.exclude(state="draft").rows()
    return Counter(
        presenting.light_of(row).light for row in rows if row.state in {"submitted", "supplement", "accepted"}
    )


@pytest.mark.parametrize("days", range(-9, 4, 2))
def test_the_board_counts_what_lists_say_of_each_case_on_any_day(city, matters, days):
    with days_after(matters["accepted"], days):
        (one,) = oversight.open_board(actor=city.actor("supervisor"))

        assert one.department.key == "market-regulation"
        assert Counter(one.counts) == lights_one_by_one()
        for colour, number in one.counts.items():
            behind = oversight.behind_light(actor=city.actor("supervisor"), department=one.department, colour=colour)
            assert behind.number == len(behind.rows) == number


def test_each_number_leads_to_its_cases(city, matters):
    with days_after(matters["accepted"], 1):
        browser = city.browser("supervisor")
        shown = browser.get("/desk/oversight/supervision/lights/").content.decode()
        link = "/desk/oversight/supervision/lights/cases/?department=market-regulation&amp;light=red"
        listed = browser.get(link.replace("&amp;", "&")).content.decode()

    assert link in shown
    assert matters["accepted"].number in listed


def test_only_who_supervises_a_department_sees_its_lights(city, matters):
    assert city.browser("answerer").get("/desk/oversight/supervision/lights/").status_code == 403
    assert oversight.open_board(actor=city.actor("half-supervisor")) == []
    with pytest.raises(NotAllowed):
        oversight.behind_light(
            actor=city.actor("half-supervisor"),
            department=Department.objects.get(key="market-regulation"),
            colour="red",
        )


def overdue_card(city: Cast, case: Case) -> SupervisionCard:
    schedule.look_around()
    return SupervisionCard.objects.of(case.pk).get(rule="overdue")


def listed_for(city: Cast, name: str) -> str:
    return city.browser(name).get("/desk/workflow/").content.decode()


def test_a_card_stands_in_the_to_do_list_as_long_as_it_waits(city, matters):
    with days_after(matters["accepted"], 1):
        card = overdue_card(city, matters["accepted"])
        address = f"/desk/oversight/{card.uid}/"
        assert address in listed_for(city, "answerer")
        assert address not in listed_for(city, "neighbour")

        oversight.answer(actor=city.actor("answerer"), card=card, words="已加派人员。")
        assert address not in listed_for(city, "answerer")
        oversight.return_answer(actor=city.actor("supervisor"), card=card, words="请说明整改时间。")
        assert address in listed_for(city, "answerer")
        due = Task.objects.of(card.subject).open().get().limit
        assert due == SupervisionCard.objects.get(pk=card.pk).due_on


def test_an_order_stands_in_the_to_do_list_until_it_is_answered(city, matters):
    order = oversight.ask(
        actor=city.actor("supervisor"),
        department=Department.objects.get(key="market-regulation"),
        title="排烟检测积压",
        question="请说明原因。",
        due_on=clock.today() + timedelta(days=5),
    )
    address = f"/desk/oversight/orders/{order.uid}/"

    assert address in listed_for(city, "answerer")
    oversight.answer_order(actor=city.actor("answerer"), order=order, words="已增加检测机构。")
    assert address not in listed_for(city, "answerer")


def test_a_card_that_nobody_answers_grows_on_the_days_that_the_table_says(city, matters):
    """Walk day by day: the grade changes on the first day after each last day, and nowhere else."""
    seen = []
    with days_after(matters["accepted"], 1):
        card = overdue_card(city, matters["accepted"])
        first = clock.today()
    grade, due = card.grade, card.due_on
    for number in range(1, 60):
        day = first + timedelta(days=number)
        with clock.at(at(day.month, day.day)):
            schedule.look_around()
        card.refresh_from_db()
        growth = oversight.terms().escalation(grade, day)
        if day > due and growth:
            assert card.grade == growth.to
            seen.append(card.grade)
            grade, due = card.grade, card.due_on
        else:
            assert (card.grade, card.due_on) == (grade, due)
    assert seen == ["red", "advice"]


def test_the_sheet_as_csv_says_what_the_page_says(city, matters):
    with days_after(matters["accepted"], 1):
        card = overdue_card(city, matters["accepted"])
        month = f"{card.arose_on:%Y-%m}"
        answer = city.browser("supervisor").get(f"/desk/oversight/supervision/sheet/sheet.csv?month={month}")
        sheet = oversight.open_sheet(actor=city.actor("supervisor"), month=card.arose_on.replace(day=1))

    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    named = {row[1]: row for row in rows[1:]}
    for one in sheet.departments:
        row = named[one.department.name]
        assert int(row[2] or 0) == (one.cases.received if one.cases else 0)
        assert [int(number) for number in row[6:]][:2] == [one.cards.raised, one.cards.notice]


def test_what_everyone_reads_is_what_who_supervises_reads(city, matters):
    with days_after(matters["accepted"], 1):
        card = overdue_card(city, matters["accepted"])
        first = card.arose_on.replace(day=1)
        private = oversight.open_sheet(actor=city.actor("supervisor"), month=first)
        public = oversight.public_figures(first=private.first, last=private.last)

    told = {one.department.key: one for one in public}
    for one in private.departments:
        if one.cases or one.cards.raised - one.cards.notice:
            open_to_all = told[one.department.key]
            assert open_to_all.cases == one.cases
            assert open_to_all.cards.raised == one.cards.raised - one.cards.notice
            assert (open_to_all.cards.yellow, open_to_all.cards.red) == (one.cards.yellow, one.cards.red)
