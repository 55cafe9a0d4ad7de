"""Readings lie in parts by month on PostgreSQL, and are forgotten when their time is over on either database."""

from datetime import timedelta

import pytest
from django.db import connection

from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import HourSummary, Observation
from tongban.platform.sensing.tests.conftest import NOW
from tongban.platform.sensing.tests.gauges import gauge, level_of, measure

LONG_AGO = NOW - timedelta(days=2000)
divided = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL knows parts of tables")


@pytest.fixture
def stream(city):
    return level_of(gauge())


def parts() -> dict[str, int]:
    """Return in which parts readings lie, and how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, count(*) FROM sensing_observation GROUP BY 1")
        return dict(cursor.fetchall())


def test_what_is_older_than_it_is_kept_is_forgotten_and_its_sums_stay(stream):
    measure(stream, 1.0, 1.1, begin=LONG_AGO)
    measure(stream, 2.0)

    assert sensing.forget_old() == 2
    assert [one.value for one in Observation.objects.all()] == [2.0]
    assert HourSummary.objects.count() == 2


@divided
def test_rows_lie_in_the_part_of_their_month_once_it_is_made(stream):
    measure(stream, 1.0, begin=NOW)
    measure(stream, 1.1, begin=NOW + timedelta(days=31))
    assert parts() == {"sensing_observation_rest": 2}

    assert sensing.make_months() == 5
    assert parts() == {"sensing_observation_202607": 1, "sensing_observation_202608": 1}
    assert sensing.make_months() == 0
    again = measure(stream, 1.0, begin=NOW)
    assert (again.fresh, again.doubled) == (0, 1)


@divided
def test_a_month_that_is_over_goes_with_its_part(stream, settings):
    measure(stream, 1.0, 1.1, begin=NOW - timedelta(days=31))
    measure(stream, 2.0, begin=NOW)
    sensing.make_months()
    settings.SENSING_KEEP_DAYS = 1

    assert sensing.forget_old() == 2
    assert parts() == {"sensing_observation_202607": 1}
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('sensing_observation_202605')")
        assert cursor.fetchone() == (None,)
