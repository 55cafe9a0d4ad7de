"""What every page reads its clocks by."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from tongban.infrastructure.kernel import clock
from tongban.platform.deadlines import services as deadlines

pytestmark = pytest.mark.django_db


def test_a_clock_is_read_by_today_the_calendar_and_the_share_in_force(calendar):
    with clock.at(datetime(2026, 5, 6, 2, tzinfo=UTC)):
        now = deadlines.now()

    assert (now.today, now.warn_percent) == (date(2026, 5, 6), 90)
    assert now.light(start=date(2026, 4, 20), due=date(2026, 5, 7)) == "yellow"
    assert now.light(start=date(2026, 4, 20), due=date(2026, 5, 5)) == "red"


def test_a_light_has_a_word_while_it_runs_and_another_afterwards(calendar):
    now = deadlines.now()

    assert [now.word("red"), now.word("red", done=True)] == ["超期", "超期办结"]
    assert [now.word("green"), now.word("green", done=True)] == ["正常", "按期办结"]


def test_words_follow_the_reader(calendar):
    with translation.override("en"):
        assert deadlines.now().word("yellow") == "Due soon"
    assert deadlines.now().word("yellow") == "临期"


@pytest.mark.parametrize(
    ("late", "days"),
    [
        ("over", (None, date(2026, 5, 5))),
        ("today", (date(2026, 5, 6), date(2026, 5, 6))),
        ("", None),
        ("never", None),
    ],
)
def test_a_lateness_is_a_span_of_days(calendar, late, days):
    with clock.at(datetime(2026, 5, 6, 2, tzinfo=UTC)):
        assert deadlines.days_of(late) == days


def test_soon_is_from_today_for_three_working_days(calendar):
    with clock.at(datetime(2026, 5, 6, 2, tzinfo=UTC)):
        first, last = deadlines.days_of("soon")
        now = deadlines.now()

    assert first == date(2026, 5, 6)
    assert now.calendar.count(first, last) == 3
    assert now.calendar.next_workday(last) == last


def test_every_lateness_of_a_list_has_its_days_and_a_word(calendar):
    assert set(deadlines.LATE) == {"over", "today", "soon"}
    assert all(deadlines.days_of(late) and str(word) for late, word in deadlines.LATE.items())


def test_nothing_is_over_and_due_today_at_once(calendar):
    over, today = deadlines.days_of("over"), deadlines.days_of("today")

    assert over[1] == today[0] - timedelta(days=1)


@pytest.mark.parametrize(
    ("due", "done", "paused", "colour"),
    [
        (date(2026, 5, 7), None, 0, "yellow"),
        (date(2026, 5, 7), None, 5, "green"),
        (date(2026, 5, 7), date(2026, 5, 7), 0, "green"),
        (date(2026, 5, 7), date(2026, 5, 8), 0, "red"),
        (date(2026, 5, 6), None, 0, "yellow"),
        (None, None, 0, "grey"),
    ],
)
def test_a_page_reads_every_clock_in_one_way(calendar, due, done, paused, colour):
    with clock.at(datetime(2026, 5, 6, 2, tzinfo=UTC)):
        now = deadlines.now()

    assert now.light(start=date(2026, 4, 20), due=due, done=done, paused=paused) == colour


def test_calendar_days_count_every_day(calendar):
    with clock.at(datetime(2026, 5, 2, 2, tzinfo=UTC)):
        now = deadlines.now()

    clocks = {"start": date(2026, 4, 22), "due": date(2026, 5, 3)}
    assert now.light(**clocks, unit="day") == "yellow"
    assert now.light(**clocks, unit="workday") == "yellow"
    assert deadlines.days_between(date(2026, 4, 30), date(2026, 5, 6), "day", now.calendar) == 6
    assert deadlines.days_between(date(2026, 4, 30), date(2026, 5, 6), "workday", now.calendar) == 1
