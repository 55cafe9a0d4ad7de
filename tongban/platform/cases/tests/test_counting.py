"""What each figure counts, case by case: on the day, a day later, paused, before the first day and after the last."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from tests.copies import copies
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases.models import Case, Participation
from tongban.platform.cases.services import figures, listing
from tongban.platform.cases.services.figures import Figure, FigureFilters
from tongban.platform.cases.services.listing import Narrowed

FIRST, MONDAY, LAST = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 31)
NOW, TODAY = datetime(2026, 3, 20, 2, tzinfo=UTC), date(2026, 3, 20)
MARCH = FigureFilters(FIRST, LAST)
COUNTED = ("received", "decided", "on_time", "late", "refused")
OPEN = {"state": "accepted", "outcome": "", "received_on": MONDAY, "accepted_on": MONDAY, "decided_on": None}
DONE = {**OPEN, "state": "completed", "outcome": "granted", "decided_on": date(2026, 3, 12)}
PROMISED = {"promised_due_on": date(2026, 3, 12), "paused_on": None}

# A case, and the figures that count it.
CASES = {
    "decided on the promised day": ({**DONE, **PROMISED}, "received decided on_time"),
    "decided a day late": ({**DONE, **PROMISED, "decided_on": date(2026, 3, 13)}, "received decided"),
    "decided, and nothing was promised": ({**DONE, "promised_due_on": None}, "received decided on_time"),
    "refused in time": ({**DONE, **PROMISED, "outcome": "refused"}, "received decided on_time refused"),
    "refused too late": (
        {**DONE, **PROMISED, "outcome": "refused", "decided_on": LAST},
        "received decided refused",
    ),
    "open, promised for tomorrow": ({**OPEN, **PROMISED, "promised_due_on": date(2026, 3, 21)}, "received"),
    "open, promised for today": ({**OPEN, **PROMISED, "promised_due_on": TODAY}, "received"),
    "open, promised for yesterday": ({**OPEN, **PROMISED, "promised_due_on": date(2026, 3, 19)}, "received late"),
    "paused, and over": ({**OPEN, **PROMISED, "paused_on": MONDAY}, "received"),
    "waiting for a supplement, and over": ({**OPEN, **PROMISED, "state": "supplement"}, "received late"),
    "handed in, nothing promised yet": ({**OPEN, "state": "submitted", "promised_due_on": None}, "received"),
    "taken back": ({**OPEN, **PROMISED, "state": "withdrawn", "outcome": "withdrawn"}, "received"),
    "granted, and not yet in hand": ({**DONE, **PROMISED, "state": "granted"}, "received decided on_time"),
    "received on the first day": ({**OPEN, "received_on": FIRST, "promised_due_on": None}, "received"),
    "received on the last day": ({**OPEN, "received_on": LAST, "promised_due_on": None}, "received"),
    "received the day before": ({**DONE, **PROMISED, "received_on": FIRST - timedelta(days=1)}, ""),
    "received the day after": ({**DONE, **PROMISED, "received_on": LAST + timedelta(days=1)}, ""),
    "a draft": ({**OPEN, "state": "draft", "promised_due_on": None}, ""),
}


@pytest.fixture
def case(three) -> Case:
    """A case to be copied; those of the story were received in another month."""
    return three.case("accepted")


@pytest.mark.parametrize("what", CASES)
def test_a_case_is_counted_by_the_figures_it_belongs_to_and_listed_behind_each(case, what):
    columns, wanted = CASES[what]
    copies(case, 1, **columns)

    with clock.at(NOW):
        listed = {name for name in COUNTED if figures.listed(actor=SYSTEM, wanted=MARCH, what=name).exists()}
        rows = {by: figures.figures(actor=SYSTEM, wanted=MARCH, by=by) for by in figures.GROUPS}

    assert listed == set(wanted.split())
    for by, found in rows.items():
        assert {name for name in COUNTED for row in found if getattr(row, name) == 1} == listed, by


@pytest.mark.parametrize(
    ("narrower", "found"),
    [
        ({}, 2),
        ({"department": "market-regulation"}, 2),
        ({"department": "health"}, 0),
        ({"service": "food-business"}, 2),
        ({"service": "shop-sign"}, 0),
        ({"department": "market-regulation", "service": "shop-sign"}, 0),
    ],
)
def test_figures_are_narrowed_to_a_department_and_a_service(case, narrower, found):
    copies(case, 2, **OPEN)

    assert figures.listed(actor=SYSTEM, wanted=FigureFilters(FIRST, LAST, **narrower), what="received").count() == found


def test_rows_are_months_in_their_order(case):
    for month in (5, 3, 4):
        copies(case, month, **{**OPEN, "received_on": date(2026, month, 15)})

    rows = figures.figures(actor=SYSTEM, wanted=FigureFilters(FIRST, date(2026, 5, 31)), by="month")

    assert [(row.key, row.name, row.received) for row in rows] == [
        ("2026-03", "2026-03", 3),
        ("2026-04", "2026-04", 4),
        ("2026-05", "2026-05", 5),
    ]


def test_the_days_to_a_decision_are_those_from_acceptance_on_average(case):
    for days in (3, 4, 4):
        copies(case, 1, **{**DONE, **PROMISED, "decided_on": MONDAY + timedelta(days=days)})
    copies(case, 1, **OPEN)

    (row,) = figures.figures(actor=SYSTEM, wanted=MARCH, by="service")

    assert (row.days, row.received, row.decided) == (3.7, 4, 3)


def test_where_nothing_is_decided_no_day_and_no_share_is_said(case):
    copies(case, 1, **OPEN)

    (row,) = figures.figures(actor=SYSTEM, wanted=MARCH, by="department")

    assert (row.days, row.on_time_percent, row.good_percent) == (None, None, None)


@pytest.mark.parametrize(
    ("decided", "on_time", "percent"), [(1, 1, 100), (3, 2, 67), (3, 1, 33), (200, 199, 100), (8, 1, 12), (5, 0, 0)]
)
def test_a_share_is_a_whole_percent(decided, on_time, percent):
    row = Figure("k", "n", decided, decided, on_time, 0, 0, None, given=decided, good=on_time)

    assert (row.on_time_percent, row.good_percent) == (percent, percent)


def test_the_sum_of_months_weighs_each_by_what_was_decided_in_it(case, three):
    march, april = date(2026, 3, 2), date(2026, 4, 1)
    for received, days, number in ((march, 10, 1), (april, 4, 3)):
        done = {**DONE, "received_on": received, "accepted_on": received, "promised_due_on": None}
        for one in copies(case, number, **{**done, "decided_on": received + timedelta(days=days)}):
            Participation.objects.bulk_create([one.participation(one.department_id)])

    answer = three.cast.browser("approver").get("/desk/cases/figures/?from=2026-03&to=2026-04")

    total = answer.context["total"]
    assert (total.received, total.decided, total.days) == (4, 4, 5.5)


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", date(2025, 10, 1), date(2026, 3, 31)),
        ("from=2026-02", date(2026, 2, 1), date(2026, 3, 31)),
        ("from=2026-02&to=2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("from=2024-02&to=2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("to=2025-12", date(2025, 10, 1), date(2025, 12, 31)),
        ("to=2025-01", date(2025, 1, 1), date(2025, 1, 31)),
        ("from=2026-03&to=2026-01", date(2026, 1, 1), date(2026, 1, 31)),
        ("from=2026-13", date(2025, 10, 1), date(2026, 3, 31)),
        ("from=1999-01&to=20260-3", date(2025, 10, 1), date(2026, 3, 31)),
        ("from=2099-12&to=2099-12", date(2099, 12, 1), date(2099, 12, 31)),
    ],
)
def test_months_are_read_from_the_address(three, query, first, last):
    browser = three.cast.browser("approver")
    with clock.at(clock.now().replace(year=2026, month=3, day=20)):
        browser = three.cast.browser("approver")
        wanted = browser.get(f"/desk/cases/figures/?{query}").context["wanted"]

    assert (wanted.first, wanted.last) == (first, last)


@pytest.mark.parametrize(
    ("late", "state", "states"),
    [
        ("", "", ("submitted", "supplement", "accepted")),
        ("over", "", ("submitted", "accepted")),
        ("today", "", ("submitted", "accepted")),
        ("soon", "accepted", ("accepted",)),
        ("still", "", ("supplement", "accepted")),
        ("still", "submitted", ()),
        ("over", "completed", ()),
        ("", "granted", ()),
    ],
)
def test_a_list_by_days_holds_only_states_in_which_a_day_can_be_late(late, state, states):
    assert Narrowed(state=state, late=late).states == states


@pytest.mark.parametrize(
    ("chosen", "by_days"),
    [({}, False), ({"by_day": True}, True), ({"late": "over"}, True), ({"state": "accepted"}, False)],
)
def test_a_list_runs_by_days_where_lateness_or_days_were_chosen(chosen, by_days):
    assert Narrowed(**chosen).days_count is by_days


def test_a_list_that_is_too_long_to_leave_the_house_says_how_to_part_it():
    with translation.override("en"):
        said = str(listing.TooManyToExport(most=listing.MAX_EXPORTED))

    assert said == "There are more than 5000 cases. Filter the list by service or state, and export it in parts."
