"""Readings are kept once, late and out of order; the latest value and the sums go with them."""

from datetime import UTC, datetime, timedelta

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import HourSummary, LatestObservation, Observation
from tongban.platform.sensing.tests.conftest import NOW
from tongban.platform.sensing.tests.gauges import gauge, level_of, measure

BEFORE = NOW - timedelta(minutes=30)


@pytest.fixture
def stream(city):
    return level_of(gauge())


def test_a_reading_is_kept_with_the_latest_value_and_its_hour(stream):
    received = sensing.observe(actor=SYSTEM, stream=stream, at=NOW, value=2.1)

    assert (received.fresh, received.doubled) == (1, 0)
    reading = Observation.objects.get(pk=received.ids[0])
    assert (reading.at, reading.value, reading.quality, reading.received_at) == (NOW, 2.1, "valid", NOW)
    latest = LatestObservation.objects.get()
    assert (latest.value, latest.at, latest.latitude) == (2.1, NOW, 30.51)
    hour = HourSummary.objects.get()
    assert (hour.readings, hour.valid, hour.lowest, hour.highest, hour.total) == (1, 1, 2.1, 2.1, 2.1)


def test_the_same_reading_again_is_kept_once(stream):
    measure(stream, 1.0, 1.1, 1.2)
    again = measure(stream, 1.0, 1.1, 1.2, 1.3)

    assert (again.fresh, again.doubled) == (1, 3)
    assert Observation.objects.count() == 4
    assert sum(hour.readings for hour in HourSummary.objects.all()) == 4


def test_a_reading_twice_in_one_delivery_is_kept_once(stream):
    one = sensing.Observed(stream.pk, NOW, 1.0)

    received = sensing.observe_many(actor=SYSTEM, observations=[one, one])

    assert (received.fresh, received.doubled) == (1, 1)


def test_readings_of_one_moment_are_told_apart_by_their_keys(stream):
    for key in ("a", "b", "a"):
        sensing.observe(actor=SYSTEM, stream=stream, at=NOW, value=1, key=key)

    assert Observation.objects.count() == 2


def test_a_late_reading_is_kept_and_does_not_replace_the_latest(stream):
    measure(stream, 2.0)
    measure(stream, 9.0, begin=BEFORE)

    assert LatestObservation.objects.get().value == 2.0
    assert [row.value for row in Observation.objects.between(stream, BEFORE, NOW)] == [9.0, 2.0]
    assert {hour.highest for hour in HourSummary.objects.all()} == {9.0, 2.0}


def test_out_of_order_readings_end_as_ordered_ones(stream):
    moments = [3, 1, 4, 0, 2]
    for number in moments:
        measure(stream, float(number), begin=BEFORE + timedelta(minutes=number))

    assert LatestObservation.objects.get().value == 4.0
    assert [row.value for row in Observation.objects.between(stream, BEFORE, NOW)] == [0, 1, 2, 3, 4]


def test_a_clock_that_runs_ahead_does_not_hide_what_comes_after(stream):
    sensing.observe(actor=SYSTEM, stream=stream, at=NOW + timedelta(hours=2), value=8.0)
    measure(stream, 2.0)

    ahead = Observation.objects.get(value=8.0)
    assert (ahead.quality, ahead.flag) == ("doubtful", "clock")
    assert LatestObservation.objects.get().value == 2.0


def test_text_truth_and_structure_are_readings_too(stream):
    for number, value in enumerate(("开", True, {"u": 1})):
        sensing.observe(actor=SYSTEM, stream=stream, at=NOW + timedelta(seconds=number), value=value)

    assert [row.result for row in Observation.objects.of_stream(stream).order_by("at")] == ["开", True, {"u": 1}]
    assert HourSummary.objects.get().lowest is None


def test_what_does_not_count_is_counted_but_not_summed(stream):
    measure(stream, 1.0)
    measure(stream, 99.0, begin=NOW + timedelta(seconds=30), quality="invalid", flag="D")

    hour = HourSummary.objects.get()
    assert (hour.readings, hour.valid, hour.highest) == (2, 1, 1.0)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(stream, value):
    with pytest.raises(Invalid):
        sensing.observe(actor=SYSTEM, stream=stream, at=NOW, value=value)


def test_a_moment_without_a_zone_is_refused(stream):
    with pytest.raises(Invalid):
        sensing.observe(actor=SYSTEM, stream=stream, at=datetime(2026, 7, 1), value=1.0)  # noqa: DTZ001


def test_one_unknown_stream_keeps_nothing_of_a_delivery(stream):
    with pytest.raises(sensing.UnknownStream):
        sensing.observe_many(
            actor=SYSTEM, observations=[sensing.Observed(stream.pk, NOW, 1.0), sensing.Observed(999, NOW, 1.0)]
        )

    assert not Observation.objects.exists()


@pytest.mark.parametrize("who", ["agent", "stranger", "neighbour", "clerk"])
def test_only_the_duty_of_its_department_sends_readings(city, stream, who):
    with pytest.raises(NotAllowed):
        sensing.observe(actor=city.actor(who), stream=stream, at=NOW, value=1.0)


def test_a_thing_that_moved_is_found_where_it_is(stream):
    measure(stream, 1.0)
    moved = gauge(latitude=30.6, longitude=104.3)
    measure(stream, 1.1, begin=NOW + timedelta(minutes=1))

    assert LatestObservation.objects.in_box(30.55, 104.2, 30.65, 104.4).get().value == 1.1
    assert not LatestObservation.objects.in_box(30.5, 104.0, 30.55, 104.2).exists()
    assert moved.historical_locations.count() == 2


def test_the_moment_of_a_reading_keeps_its_instant_whatever_its_zone(stream):
    measure(stream, 1.0, begin=datetime.fromisoformat("2026-07-01T12:00:00+08:00"))

    assert Observation.objects.get().at == datetime(2026, 7, 1, 4, tzinfo=UTC)
