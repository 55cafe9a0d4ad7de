"""The air quality index, classes of water and how good data is, by the standards' tables and examples."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.applications.environment.rules import aqi, quality, water
from tongban.applications.environment.rules.rounding import rounded
from tongban.platform.codes.rules import in_force

DATA = Path(__file__).parents[1] / "data"


D = Decimal


def table(name):
    return json.loads((DATA / name).read_text())


EDITIONS = aqi.read(table("aqi.json"))
OLD, NEW = (in_force(EDITIONS, on) for on in (date(2026, 2, 28), date(2026, 3, 1)))
WATER = in_force(water.read(table("surface_water.json")), date(2026, 8, 1))
TERMS = in_force(quality.read(table("data_quality.json")), date(2026, 8, 1))


def part(edition, key, value, span="day"):
    return aqi.iaqi(D(value), edition.pollutants[key], span, edition.index)


def test_the_day_decides_which_edition_counts():
    assert (OLD.name, NEW.name) == ("HJ 633—2012", "HJ 633—2026")


@pytest.mark.parametrize(
    ("value", "rounded_to"),
    [("34.5", "34"), ("35.5", "36"), ("34.51", "35"), ("34.49", "34"), ("0.5", "0"), ("1.5", "2")],
)
def test_a_five_goes_to_the_even_digit(value, rounded_to):
    assert rounded(D(value)) == D(rounded_to)


@pytest.mark.parametrize(
    ("key", "value", "new", "old"),
    [
        ("PM2.5", "34.5", 49, 49), ("PM2.5", "35", 50, 50), ("PM2.5", "36", 52, 52), ("PM2.5", "47.6", 76, 67),
        ("PM2.5", "60", 100, 82), ("PM2.5", "61", 101, 83), ("PM2.5", "75", 114, 100), ("PM2.5", "76", 115, 102),
        ("PM10", "120", 100, 85), ("PM10", "121", 101, 86), ("PM10", "150", 112, 100), ("PM10", "151", 112, 101),
        ("O3", "161", 101, 101), ("O3", "266", 201, 201), ("O3", "801", 300, None), ("CO", "4.05", 100, 100),
    ],
)  # fmt: skip
def test_the_examples_of_both_editions(key, value, new, old):
    assert (part(NEW, key, value), part(OLD, key, value)) == (new, old)


def test_sulphur_dioxide_of_an_hour_ends_at_200_now_and_was_not_computed_before():
    assert (part(NEW, "SO2", 801, "hour"), part(OLD, "SO2", 801, "hour")) == (200, None)
    assert (part(NEW, "SO2", 2621), part(NEW, "PM2.5", 501), part(NEW, "CO", "150.1", "hour")) == (500, 500, 500)


# The columns as the standard prints them, written down a second time.
PRINTED = {
    ("SO2", "day"): "50 150 475 800 1600 2100 2620", ("SO2", "hour"): "150 500 650 800",
    ("NO2", "day"): "40 80 180 280 565 750 940", ("NO2", "hour"): "100 200 700 1200 2340 3090 3840",
    ("CO", "day"): "2 4 14 24 36 48 60", ("CO", "hour"): "5 10 35 60 90 120 150",
    ("O3", "hour"): "160 200 300 400 800 1000 1200", ("O3", "day"): "100 160 215 265 800",
    ("PM10", "day"): "50 120 250 350 420 500 600", ("PM2.5", "day"): "35 60 115 150 250 350 500",
}  # fmt: skip
POINTS = [
    (edition, key, span, number, D(point))
    for edition in (OLD, NEW)
    for (key, span), column in PRINTED.items()
    for number, point in enumerate(
        column.replace("120 250", "150 250").replace("60 115", "75 115").split()
        if edition is OLD and key[:2] == "PM"
        else column.split(),
        1,
    )
]


@pytest.mark.parametrize(("edition", "key", "span", "number", "point"), POINTS)
def test_every_breakpoint_and_one_unit_beside_it(edition, key, span, number, point):
    pollutant, index = edition.pollutants[key], edition.index
    unit = D(1).scaleb(-pollutant.digits)
    points = [D(0), *(row[4] for row in POINTS if row[:3] == (edition, key, span))]
    rise = Fraction(index[number] - index[number - 1]) / Fraction(point - points[number - 1])

    assert part(edition, key, point, span) == index[number]
    assert part(edition, key, point - unit, span) == ceil(index[number] - rise * Fraction(unit))
    assert index[number - 1] <= part(edition, key, point - unit, span) <= index[number]
    above = part(edition, key, point + unit, span)
    last = point == points[-1]
    if last and len(points) < len(index):
        assert above == ({"SO2": 200, "O3": 300}[key] if edition is NEW else None)
    else:
        assert above == 500 if last else above > index[number]


@given(
    st.sampled_from(["SO2", "NO2", "CO", "O3", "PM10", "PM2.5"]),
    st.sampled_from(["day", "hour"]),
    st.integers(0, 30000),
    st.integers(0, 300),
)
def test_more_of_a_pollutant_never_makes_the_air_better(key, span, tenths, more):
    low, high = (part(NEW, key, D(value) / 10, span) for value in (tenths, tenths + more))
    assert 0 <= low <= high <= 500


DAYS = [
    ("12 46 118 0.9 172 63", 111, 111, ("O3",), "12 58 99 23 111 103"),
    ("20 70 160 1.4 60 98", 135, 129, ("PM2.5",), "20 88 116 35 30 135"),
    ("8 30 45 0.6 92 22", 46, 46, (), None),
]
ORDER = ("SO2", "NO2", "PM10", "CO", "O3", "PM2.5")


@pytest.mark.parametrize(("values", "new", "old", "primary", "parts"), DAYS)
def test_a_day_has_an_index_and_what_makes_it(values, new, old, primary, parts):
    day = {key: D(value) for key, value in zip(ORDER, values.split(), strict=True)}
    index = aqi.evaluated(day, NEW, "day")

    assert (index.value, index.primary, index.missing) == (new, primary, ())
    assert aqi.evaluated(day, OLD, "day").value == old
    assert parts is None or [index.parts[key] for key in ORDER] == [int(one) for one in parts.split()]


def test_pollutants_of_equal_weight_are_named_together():
    index = aqi.evaluated(dict.fromkeys(ORDER, D(0)) | {"PM2.5": D(60), "PM10": D(120)}, NEW, "day")
    assert (index.value, index.primary) == (100, ("PM10", "PM2.5"))


def test_a_missing_pollutant_leaves_no_index_unless_the_rest_is_above_100():
    clean = {key: D(10) for key in ORDER[:-1]} | {"CO": D(1)}
    assert aqi.evaluated(clean, NEW, "day").value is None
    assert aqi.evaluated(clean, NEW, "day").missing == ("PM2.5",)
    assert aqi.evaluated(clean | {"O3": D(161)}, NEW, "day").value == 101
    assert aqi.evaluated({}, NEW, "day").value is None


@pytest.mark.parametrize(
    ("index", "level", "name", "colour"),
    [(0, "一级", "优", "绿色"), (50, "一级", "优", "绿色"), (51, "二级", "良", "黄色"), (100, "二级", "良", "黄色"),
     (101, "三级", "轻度污染", "橙色"), (151, "四级", "中度污染", "红色"), (201, "五级", "重度污染", "紫色"),
     (300, "五级", "重度污染", "紫色"), (301, "六级", "严重污染", "褐红色"), (500, "六级", "严重污染", "褐红色")],
)  # fmt: skip
def test_levels_have_words_and_colours(index, level, name, colour):
    found = NEW.level(index)
    assert (found.level, found.name, found.colour) == (level, name, colour)


def test_a_mean_needs_enough_valid_hours():
    assert aqi.mean([D(1), D(2)], at_least=2) == D("1.5")
    assert aqi.mean([D(1)], at_least=2) is None


def test_ozone_of_a_day_is_the_highest_of_eight_hours():
    hours = [D(10)] * 12 + [D(90)] * 8 + [None] * 4
    assert aqi.highest_of_eight(hours) == 90
    assert aqi.highest_of_eight([None] * 24) is None


def test_less_than_nothing_is_no_concentration():
    with pytest.raises(ValueError, match="-1"):
        part(NEW, "PM10", -1)


# Surface water

CODES = ("w01009", "w01019", "w01018", "w01017", "w21003", "w21011")


@pytest.mark.parametrize(
    ("values", "name", "decided_by", "exceeded"),
    [
        ("8.1 2.9 12 2.1 0.32 0.08", "Ⅱ", {"w01019", "w21003", "w21011"}, {}),
        ("5.4 5.2 22 3.5 1.12 0.18", "Ⅳ", {"w01018", "w21003"}, {"w01018": "0.10", "w21003": "0.12"}),
        ("1.8 9 35 8 2.4 0.35", "劣Ⅴ", {"w01009", "w21003"}, None),
    ],
)
def test_the_worst_item_decides_the_class_of_a_river(values, name, decided_by, exceeded):
    verdict = water.classed(dict(zip(CODES, map(D, values.split()), strict=True)), WATER)

    assert (verdict.name, set(verdict.decided_by)) == (name, decided_by)
    if exceeded is not None:
        assert {code: f"{times:.2f}" for code, times in verdict.exceeded.items()} == exceeded


@pytest.mark.parametrize(
    ("code", "edges"),
    [("w01009", "7.5 6 5 3 2"), ("w01019", "2 4 6 10 15"), ("w01018", "15 15 20 30 40"), ("w01017", "3 3 4 6 10"),
     ("w21003", "0.15 0.5 1.0 1.5 2.0"), ("w21011", "0.02 0.1 0.2 0.3 0.4")],
)  # fmt: skip
def test_every_limit_and_a_little_beside_it(code, edges):
    limits = [D(edge) for edge in edges.split()]
    names = [*"ⅠⅡⅢⅣⅤ", water.WORSE]
    worse = D("-0.001") if code == "w01009" else D("0.001")
    for place, limit in enumerate(limits):
        assert water.classed({code: limit}, WATER).name == names[limits.index(limit)]
        assert WATER.rank(water.classed({code: limit + worse}, WATER).name) > place


def test_ph_is_within_or_not_and_rivers_know_no_total_nitrogen():
    assert [water.classed({"w01001": D(value)}, WATER).name for value in ("6", "9", "5.9", "9.1")] == [
        "Ⅰ",
        "Ⅰ",
        "劣Ⅴ",
        "劣Ⅴ",
    ]
    assert water.classed({"w21001": D(9)}, WATER) is None
    assert water.classed({"w21001": D("1.2")}, WATER, lake=True).name == "Ⅳ"
    assert water.classed({"w21011": D("0.04")}, WATER).name == "Ⅱ"
    assert water.classed({"w21011": D("0.04")}, WATER, lake=True).name == "Ⅲ"


def test_metals_come_in_micrograms_and_are_judged_in_milligrams():
    assert water.classed({"w20111": D("0.09")}, WATER).name == "Ⅲ"
    assert water.classed({"w20120": D("60")}, WATER).name == "Ⅴ"


def test_classes_have_words_and_colours_and_can_be_compared():
    assert [WATER.state(name).name for name in ("Ⅰ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ")] == [
        "优",
        "良好",
        "轻度污染",
        "中度污染",
        "重度污染",
    ]
    better, worse = (water.classed({"w21003": D(value)}, WATER) for value in ("0.4", "1.2"))
    assert (water.changed(better, worse, WATER), water.changed(worse, better, WATER)) == (2, -2)


# How good data is

START, HOUR = datetime(2026, 8, 1, tzinfo=UTC), timedelta(hours=1)


def series(*texts, late=None):
    """Build an hourly series: a value, or a value and its flag; "-" for an hour that did not come."""
    rows = []
    for number, text in enumerate(texts):
        if text != "-":
            at, value = START + number * HOUR, text.rstrip("NFMSDCTB")
            arrived = at + HOUR + timedelta(minutes=90 if number == late else 1)
            rows.append(quality.Value(at, D(value), text[len(value) :] or "N", arrived))
    return rows


def test_the_effective_rate_is_what_came_times_what_was_valid():
    came = quality.rate(
        series("1", "2D", "-", "3", late=3), first=START, last=START + 3 * HOUR, every=HOUR, late=HOUR / 2
    )

    assert (came.due, came.arrived, came.in_time, came.valid) == (4, 3, 2, 2)
    assert (came.transmission, came.validity, came.timely, came.effective) == (
        D("75.0"),
        D("66.7"),
        D("50.0"),
        D("50.0"),
    )


def test_a_value_that_came_twice_counts_once_and_nothing_due_has_no_rate():
    twice = series("1", "2") + series("1")
    assert quality.rate(twice, first=START, last=START + HOUR, every=HOUR, late=HOUR).arrived == 2
    nothing = quality.rate([], first=START, last=START - HOUR, every=HOUR, late=HOUR)
    assert (nothing.transmission, nothing.effective) == (None, None)
    assert quality.rate([], first=START, last=START, every=HOUR, late=HOUR).effective == 0


@given(st.lists(st.sampled_from(["1", "2D", "3M", "-"]), min_size=1, max_size=48))
def test_rates_never_leave_their_bounds(texts):
    came = quality.rate(series(*texts), first=START, last=START + (len(texts) - 1) * HOUR, every=HOUR, late=HOUR)
    assert 0 <= came.valid <= came.arrived <= came.due == len(texts)
    assert 0 <= came.effective <= came.transmission <= 100


def test_gaps_are_named_by_their_first_and_last_hour():
    times = [value.at for value in series("1", "-", "-", "1", "-", "1", "-", "-")]
    assert quality.gaps(times, first=START, last=START + 7 * HOUR, every=HOUR, at_least=2) == [
        (START + HOUR, START + 2 * HOUR), (START + 6 * HOUR, START + 7 * HOUR),
    ]  # fmt: skip


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_gaps_and_what_came_make_up_the_whole(came):
    times = [START + number * HOUR for number, here in enumerate(came) if here]
    found = quality.gaps(times, first=START, last=START + (len(came) - 1) * HOUR, every=HOUR, at_least=1)
    assert sum((last - first) // HOUR + 1 for first, last in found) + len(times) == len(came)


def test_a_series_that_stands_still_is_found_and_what_is_not_valid_does_not_break_it():
    values = series("1", "5", "5", "5D", "5", "5", "6", "6")
    assert quality.constant_runs(values, at_least=4) == [(START + HOUR, START + 5 * HOUR, D(5))]
    assert quality.constant_runs(values, at_least=5) == []


@pytest.mark.parametrize(
    ("flags", "water_flag", "gas_flag"),
    [("NNNN", "N", "N"), ("NNND", "D", "N"), ("NNDD", "D", "D"), ("NMMD", "M", "D"), ("", "B", "B")],
)
def test_flags_of_a_period(flags, water_flag, gas_flag):
    assert quality.period_flag(flags, water=True) == water_flag
    assert quality.period_flag(flags, water=False, gas_normal_percent=TERMS.gas_normal_percent) == gas_flag


def test_conversion_to_the_reference_oxygen_and_amounts():
    """Annex D: 18.5 mg/m³ at 8.5 % oxygen, 6 % the reference: 22.2."""
    assert quality.converted(D("18.5"), D("8.5"), D(6)) == D("22.2")
    assert quality.converted(D("18.5"), D(21), D(6)) is None
    assert quality.discharged_m3([D(100)] * 120, 5) == 60
    assert quality.weighted_mean([D(10), D(20)], [D(1), D(3)]) == D("17.5")
    assert quality.weighted_mean([D(10)], [D(0)]) is None
