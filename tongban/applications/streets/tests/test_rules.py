from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import atan2, hypot, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.applications.streets.rules import evaluating, grid, matters, open311, similar
from tongban.applications.streets.services.evaluating import indicators

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_a_cell_has_fifteen_figures_in_four_parts():
    code = grid.cell_code("990102001002003")

    assert code == ("990102", "001", "002", "003")
    assert code.area == "990102001002"
    assert str(code) == "990102001002003"


@pytest.mark.parametrize("text", ["", "99010200100200", "9901020010020031", "990102001002000", "09010200100200１"])
def test_what_is_no_code_of_a_cell_is_refused(text):
    with pytest.raises(ValueError, match="no code"):
        grid.cell_code(text)


def test_codes_of_components_and_events():
    assert grid.component_code("9901020113000001") == ("990102", "0113", "000001")
    assert grid.event_code("990102001001", "E0102") == "9901020102"
    for text in ("9901020113000000", "990102011300001"):
        with pytest.raises(ValueError, match="no code"):
            grid.component_code(text)


@pytest.mark.parametrize(
    ("point", "held"),
    [((2, 2), True), ((0, 0), True), ((4, 2), True), ((2, 4), True), ((4.0001, 2), False), ((-1, 0), False)],
)
def test_a_border_belongs_to_its_cell(point, held):
    assert grid.holds(SQUARE, *point) is held


def test_on_a_common_border_the_smaller_code_has_it():
    right = [[x + 4.0, y] for x, y in SQUARE]

    assert grid.cell_of({"2": right, "1": SQUARE}, 4.0, 2.0) == "1"
    assert grid.cell_of({"2": right, "1": SQUARE}, 4.1, 2.0) == "2"
    assert grid.cell_of({"2": right, "1": SQUARE}, 9.0, 2.0) == ""


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=8),
    st.floats(-1, 21),
    st.floats(-1, 21),
)
def test_a_cell_holds_what_its_border_winds_around(corners, x, y):
    ring = [[float(a), float(b)] for a, b in (*corners, corners[0])]
    if grid.fault(ring):
        return
    if any(_distance(a, b, x, y) < 1e-6 for a, b in pairwise(ring)):
        return

    assert grid.holds(ring, x, y) is (abs(_turns(ring, x, y)) == 1)


def _turns(ring, x, y):
    """Return how often a border winds around a position: another way to say whether it holds it."""
    angles = [atan2(b - y, a - x) for a, b in ring]
    return round(sum((later - earlier + pi) % (2 * pi) - pi for earlier, later in pairwise(angles)) / (2 * pi))


def _distance(a, b, x, y):
    length = hypot(b[0] - a[0], b[1] - a[1])
    if not length:
        return hypot(x - a[0], y - a[1])
    along = ((x - a[0]) * (b[0] - a[0]) + (y - a[1]) * (b[1] - a[1])) / length**2
    along = min(1.0, max(0.0, along))
    return hypot(x - a[0] - along * (b[0] - a[0]), y - a[1] - along * (b[1] - a[1]))


@pytest.mark.parametrize(
    ("ring", "fault"),
    [
        (SQUARE, ""),
        (SQUARE[:-1], "open"),
        ([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]], "few"),
        ([[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [0.0, 4.0], [0.0, 0.0]], "crossed"),
        ([[0.0, 0.0], [400.0, 0.0], [4.0, 4.0], [0.0, 0.0]], "range"),
    ],
)
def test_a_border_is_closed_and_simple(ring, fault):
    assert grid.fault(ring) == fault


def test_cells_are_numbered_from_west_to_east_and_then_from_north_to_south():
    middles = [("d", 104.08, 30.57), ("a", 104.06, 30.58), ("c", 104.06, 30.57), ("b", 104.07, 30.5801)]

    assert grid.in_order(middles) == ["a", "b", "c", "d"]


def entry(code, **more):
    return {"code": code, "name": code, "english": code, **more}


def test_a_table_names_who_handles_and_what_is_asked():
    asked = [{"code": "how", "name": "如何", "english": "How", "datatype": "string"}]
    rows = [entry("E", questions=asked), entry("E01", parent="E", department="parks")]
    rows.append(entry("E0102", parent="E01", limit=[4, "workhour"]))
    table = matters.read({"tables": [{"valid_from": "2020-01-01", "source": "x", "entries": rows}]})[0]

    assert table.department_of("E0102") == "parks"
    assert [one.code for one in table.questions_of("E0102")] == ["how"]
    assert [one.code for one in table.kinds()] == ["E0102"]
    for broken in ([entry("E01", parent="E")], [entry("E"), entry("E0102", parent="E")]):
        with pytest.raises(ValueError, match="E01"):
            matters.read({"tables": [{"valid_from": "2020-01-01", "source": "x", "entries": broken}]})


def seen(matter="E0102", metres=10.0, hours=1.0):
    return similar.Sighting(1, matter, metres, NOON - timedelta(hours=hours))


@pytest.mark.parametrize(
    ("sighting", "found"),
    [
        (seen(), True),
        (seen(matter="E0103"), True),
        (seen(matter="E0501"), False),
        (seen(metres=121), False),
        (seen(hours=24 * 31), False),
        (seen(hours=-1), False),
        (seen(matter="E0103", metres=100), False),
    ],
)
def test_the_same_is_near_in_place_time_and_category(sighting, found):
    assert bool(similar.likely([sighting], matter="E0102", at=NOON)) is found


@given(st.floats(0, 200), st.floats(0, 200), st.floats(0, 900))
def test_what_is_nearer_is_no_less_like(one, other, hours):
    near, far = sorted((one, other))

    def judge(metres):
        return similar.likeness(seen(metres=metres, hours=hours), matter="E0102", at=NOON)

    assert 0 <= judge(far) <= judge(near) <= 1


def test_evaluation_weighs_rates_and_gives_a_colour():
    counts = evaluating.StreetCounts(reported=12, filed=10, due=10, handled=9, in_time=8, reworked=1, closed=8)
    result = evaluating.evaluate(counts, indicators("area", date(2026, 3, 31)))

    # 40 × 0.9 + 40 × 0.8 + 10 × (1 − 1/9) + 10 × 0.8
    assert result.points == Decimal("84.9")
    assert (result.colour, result.word) == ("green", "良")
    assert result.rates["handled"] == Decimal("90.0")


def test_what_has_no_base_counts_against_nobody():
    sheet = indicators("area", date(2026, 3, 31))

    assert evaluating.evaluate(evaluating.StreetCounts(), sheet).points is None
    new = evaluating.evaluate(evaluating.StreetCounts(reported=3, filed=1, closed=1), sheet)
    assert (new.points, new.rates["handled"]) == (Decimal("100.0"), None)


@pytest.mark.parametrize("points", range(0, 101, 5))
def test_every_number_of_points_has_a_colour(points):
    counts = evaluating.StreetCounts(reported=100, filed=points)

    assert evaluating.evaluate(counts, indicators("post", date(2026, 3, 31))).word


def test_open311_is_written_as_the_standard_says():
    rows = [{"service_code": "E0102", "metadata": True, "group": None}]

    assert open311.written("services", rows, "json") == b'[{"service_code": "E0102", "metadata": true, "group": null}]'
    xml = open311.written("services", rows, "xml").decode()
    assert "<services><service><service_code>E0102</service_code><metadata>true</metadata><group />" in xml


@pytest.mark.parametrize("params", [{"status": "x"}, {"start_date": "yesterday"}, {"end_date": "2026-03-01T00:00:00"}])
def test_what_cannot_be_read_is_named(params):
    with pytest.raises(open311.WrongQuestion, match=next(iter(params))):
        open311.asked(params)
