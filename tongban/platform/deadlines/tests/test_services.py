"""What every page reads its clocks by."""

from datetime import UTC, date, datetime

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
