"""What findings on site still lack, field by field; and where a position is doubtful."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform.cases.rules import inspection

ROW = {
    "task": "inspect",
    "inspectors": 2,
    "source": "行政许可法第三十四条",
    "photos": 2,
    "address": "premises_address",
    "phone": "phone",
    "answer_hours": 24,
    "point": [
        {"code": "exits", "text": "疏散通道畅通。", "source": "消防法"},
        {"code": "kitchen", "text": "设有专间。", "source": "食品安全法"},
    ],
}
ASKED = inspection.read(ROW)
CITY = (30.0, 103.0, 31.0, 105.0)
TWO = [{"name": "何岚", "certificate": "99-001"}, {"name": "邵宁", "certificate": "99-002"}]
WHOLE = {
    "points": {"exits": {"result": "pass"}, "kitchen": {"result": "none"}},
    "inspectors": TWO,
    "position": {"latitude": 30.57, "longitude": 104.06},
}


def lacks(found=WHOLE, *, passed=True, photos=2, extent=CITY, **changes):
    return list(inspection.faults(ASKED, {**found, **changes}, passed=passed, photos=photos, extent=extent))


def test_whole_findings_lack_nothing():
    assert lacks() == []


def test_what_a_definition_asks_is_read():
    assert ASKED.points == [
        inspection.Point("exits", "疏散通道畅通。", "消防法"),
        inspection.Point("kitchen", "设有专间。", "食品安全法"),
    ]
    assert (ASKED.task, ASKED.inspectors, ASKED.photos, ASKED.answer_hours, ASKED.contact) == ("inspect", 2, 2, 24, "")
    assert inspection.read({**ROW, "contact": "contact_name"}).contact == "contact_name"


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"points": {}}, [("point-exits", "no result"), ("point-kitchen", "no result")]),
        ({"points": {"exits": {"result": "pass"}}}, [("point-kitchen", "no result")]),
        (
            {"points": {"exits": {"result": "maybe"}, "kitchen": {"result": "pass"}}},
            [("point-exits", "no result")],
        ),
        (
            {"points": {"exits": {"result": "fail", "remark": "堵塞"}, "kitchen": {"result": "pass"}}},
            [("passed", "points not met")],
        ),
        (
            {"points": {"exits": {"result": "fail", "remark": " \n"}, "kitchen": {"result": "pass"}}},
            [("remark-exits", "no remark"), ("passed", "points not met")],
        ),
        (
            {"points": {**WHOLE["points"], "roof": {"result": "fail"}}},
            [("passed", "points not met")],
        ),
        (
            {"inspectors": []},
            [
                (f"{field}-{number}", f"no {what}")
                for number in (1, 2)
                for field, what in (("inspector", "inspector"), ("certificate", "certificate"))
            ],
        ),
        ({"inspectors": TWO[:1]}, [("inspector-2", "no inspector"), ("certificate-2", "no certificate")]),
        (
            {"inspectors": [TWO[0], {"name": "  ", "certificate": "99-002"}]},
            [("inspector-2", "no inspector")],
        ),
        ({"inspectors": [TWO[0], {"name": "邵宁"}]}, [("certificate-2", "no certificate")]),
        ({"inspectors": [TWO[0], {**TWO[1], "name": "何岚"}]}, [("inspector-2", "same inspector")]),
        ({"inspectors": [TWO[0], {**TWO[1], "name": " 何岚 "}]}, [("inspector-2", "same inspector")]),
        ({"inspectors": [TWO[0], {**TWO[1], "certificate": "99-001"}]}, [("inspector-2", "same inspector")]),
        ({"inspectors": [*TWO, {}]}, []),
        ({"photos": 1}, [("photos", "no photos")]),
        ({"photos": 3}, []),
        ({"position": {}}, [("latitude", "no position")]),
        ({"position": {"latitude": 30.5}}, [("latitude", "no position")]),
        ({"position": {"longitude": 104.0}}, [("latitude", "no position")]),
        ({"position": {"latitude": 0.0, "longitude": 0.0}}, [("position_confirmed", "nowhere")]),
        ({"position": {"latitude": 40.0, "longitude": 104.0}}, [("position_confirmed", "outside")]),
        ({"position": {"latitude": 40.0, "longitude": 104.0, "confirmed": True}}, []),
        ({"position": {"latitude": 40.0, "longitude": 104.0, "confirmed": False}}, [("position_confirmed", "outside")]),
        ({"position": {"latitude": 40.0, "longitude": 104.0}, "extent": ()}, []),
    ],
)
def test_each_thing_that_is_lacking_is_named_by_its_field(changes, faults):
    assert lacks(**changes) == faults


def test_a_no_may_leave_points_unmet_and_still_says_why():
    points = {"exits": {"result": "fail", "remark": "堵塞"}, "kitchen": {"result": "pass"}}

    assert lacks(passed=False, points=points) == []
    points["exits"]["remark"] = ""
    assert lacks(passed=False, points=points) == [("remark-exits", "no remark")]


def test_nothing_at_all_lacks_everything():
    fields = [field for field, _fault in inspection.faults(ASKED, {}, passed=True, photos=0, extent=())]

    assert fields == [
        "point-exits",
        "point-kitchen",
        "inspector-1",
        "certificate-1",
        "inspector-2",
        "certificate-2",
        "photos",
        "latitude",
    ]


@pytest.mark.parametrize(
    ("latitude", "longitude", "doubt"),
    [
        (30.0, 103.0, ""),
        (31.0, 105.0, ""),
        (30.5, 104.0, ""),
        (29.999, 104.0, "outside"),
        (31.001, 104.0, "outside"),
        (30.5, 102.999, "outside"),
        (30.5, 105.001, "outside"),
        (0.009, -0.009, "nowhere"),
        (0.01, 0.0, "outside"),
        (0.0, 0.01, "outside"),
    ],
)
def test_a_position_is_in_the_city_or_doubtful(latitude, longitude, doubt):
    assert inspection.doubtful(latitude, longitude, CITY) == doubt


@pytest.mark.parametrize(
    ("one", "two", "km"),
    [
        ((0.0, 0.0), (0.0, 1.0), 111.19),
        ((0.0, 0.0), (1.0, 0.0), 111.19),
        ((60.0, 0.0), (60.0, 1.0), 55.60),
        ((39.9042, 116.4074), (31.2304, 121.4737), 1067.3),
        ((90.0, 0.0), (-90.0, 0.0), 20015.1),
    ],
)
def test_how_far_two_places_lie_apart_along_the_earth(one, two, km):
    assert isclose(inspection.distance_km(one, two), km, rel_tol=0.002)


PLACE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(PLACE, PLACE)
def test_a_way_is_as_long_in_both_directions_and_never_longer_than_half_around(one, two):
    there = inspection.distance_km(one, two)

    assert isclose(there, inspection.distance_km(two, one), abs_tol=1e-6)
    assert 0 <= there <= 20016
    assert inspection.distance_km(one, one) == 0
