"""Kinds, plans, clocks, roads: pure rules by examples."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tongban.applications.emergency.rules import kinds, plans, roads, units

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
# A square of streets of about 1 km, a motorway that passes over it, a path nobody drives.
SQUARE = [
    roads.Road([(104.06, 30.57), (104.07, 30.57)]),
    roads.Road([(104.07, 30.565), (104.07, 30.585)]),
    roads.Road([(104.06, 30.58), (104.075, 30.58)]),
    roads.Road([(104.06, 30.57), (104.06, 30.58)]),
    roads.Road([(104.065, 30.56), (104.065, 30.59)], bridged=True),
]


@pytest.mark.parametrize(
    ("minutes", "dispatched", "arrived", "light"),
    [
        (1, None, None, "green"),
        (2.5, None, None, "yellow"),
        (4, None, None, "red"),
        (4, 2, None, "green"),
        (16, 2, None, "red"),
        (16, 2, 9, "green"),
    ],
)
def test_the_light_counts_to_the_dispatch_then_to_the_arrival(minutes, dispatched, arrived, light):
    def at(number):
        return None if number is None else NOON + timedelta(minutes=number)

    found, _due = kinds.light(
        kinds.Minutes(3, 15), opened_at=NOON, dispatched_at=at(dispatched), arrived_at=at(arrived), now=at(minutes)
    )
    assert found == light


def test_colours_and_levels_of_the_law_go_together():
    assert [kinds.colour_of(level) for level in kinds.LEVELS] == ["blue", "yellow", "orange", "red"]
    assert kinds.higher("larger", "special") == "special"
    assert kinds.higher("", "ordinary") == "ordinary"


@pytest.mark.parametrize(
    ("states", "stage"),
    [
        ([(1, "waiting"), (1, "waiting"), (2, "waiting")], 1),
        ([(1, "done"), (1, "open"), (2, "waiting")], None),
        ([(1, "done"), (1, "skipped"), (2, "waiting")], 2),
        ([(1, "done"), (2, "done")], None),
    ],
)
def test_the_next_stage_opens_when_all_before_it_is_settled(states, stage):
    assert plans.next_stage(states) == stage


def test_a_plan_of_a_district_comes_before_that_of_the_city():
    usual = {"name": "", "english": "", "kind": "fire", "source": "", "command": "", "command_english": ""}
    rows = [
        plans.EmergencyPlan(
            key=key, level="", area=area, valid_from=date(2025, 1, 1), valid_until=None, actions=(), **usual
        )
        for key, area in (("city", "9901"), ("district", "990102"), ("elsewhere", "990103"))
    ]
    found = plans.fitting(rows, kind="fire", level="ordinary", area="990102")
    assert [plan.key for plan in found] == ["district", "city"]


def test_a_metre_by_road_is_longer_than_one_through_houses():
    start, end = (104.06, 30.575), (104.07, 30.575)
    straight = units.metres(start[1], start[0], end[1], end[0])
    by_road = roads.RoadNet(SQUARE, start).metres_from(start, {1: end}, reach_m=100)[1]

    assert straight == pytest.approx(957, abs=2)
    # half the west side, all the south side, half the east side
    assert by_road == pytest.approx(556 + 957 + 556, abs=5)


def test_a_road_that_passes_over_the_others_leads_to_none_of_them():
    start = (104.06, 30.575)
    net = roads.RoadNet(SQUARE, start)
    assert net.metres_from(start, {1: (104.065, 30.562)}, reach_m=100) == {}
    assert net.metres_from((104.2, 30.6), {1: start}, reach_m=400) == {}


def test_two_places_on_one_piece_of_road_are_as_far_as_the_piece():
    found = roads.RoadNet(SQUARE, (104.06, 30.57)).metres_from((104.062, 30.57), {1: (104.064, 30.57)}, reach_m=50)
    assert found[1] == pytest.approx(191, abs=2)
