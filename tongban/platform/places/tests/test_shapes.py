import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform.places.rules import shapes, tiling

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
AREA = {"type": "Polygon", "coordinates": [SQUARE, HOLE]}
TWO = {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[10, 10], [12, 10], [11, 12], [10, 10]]]]}
LINE = {"type": "LineString", "coordinates": [[104.0, 30.0], [104.0, 31.0]]}

DEGREES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@st.composite
def boxes(draw, most=5.0):
    west, south = draw(DEGREES)
    return west, south, min(west + draw(st.floats(0, most)), 180), min(south + draw(st.floats(0, most)), 90)


@pytest.mark.parametrize(
    ("area", "place", "inside"),
    [
        (AREA, (3, 3), True),
        (AREA, (1.5, 1.5), False),  # in the hole
        (AREA, (5, 3), False),
        (TWO, (11, 11), True),
        (TWO, (1.5, 1.5), True),
        (LINE, (104.0, 30.5), False),  # a line holds nothing
        ({"type": "Point", "coordinates": [1, 1]}, (1, 1), False),
    ],
)
def test_an_area_holds_what_lies_within_and_in_no_hole(area, place, inside):
    assert shapes.holds(area, place) is inside


def test_how_far_a_place_lies_from_a_line_is_measured_to_its_nearest_point():
    assert shapes.metres_to(LINE, (104.001, 30.5)) == pytest.approx(95.8, abs=0.2)
    assert shapes.metres_to(LINE, (104.0, 31.01)) == pytest.approx(1112, abs=1)
    assert shapes.metres_to(AREA, (3, 3)) == 0


@pytest.mark.parametrize(
    ("geometry", "wrong"),
    [
        (AREA, ""),
        ({"type": "Circle", "coordinates": [0, 0]}, "kind"),
        ("Point", "kind"),
        ({"type": "Point"}, "kind"),
        ({"type": "Point", "coordinates": ["east", "north"]}, "kind"),
        ({"type": "LineString", "coordinates": []}, "empty"),
        ({"type": "Point", "coordinates": [30.5, 104.1]}, "earth"),
        ({"type": "Polygon", "coordinates": [SQUARE[:-1]]}, "open"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "open"),
    ],
)
def test_what_cannot_be_a_shape_is_named(geometry, wrong):
    assert shapes.problem(geometry) == wrong


@given(boxes(), boxes(most=40))
def test_what_touches_a_box_lies_under_its_squares_or_round_them(thing, asked):
    touches = thing[0] <= asked[2] and thing[2] >= asked[0] and thing[1] <= asked[3] and thing[3] >= asked[1]
    if touches:
        squares, home = shapes.squares_over(asked), shapes.square_of(thing)
        assert home in shapes.around(squares) or any(home.startswith(square) for square in squares)


@given(boxes())
def test_a_few_squares_cover_a_box(box):
    assert 1 <= len(shapes.squares_over(box)) <= 4


@given(st.tuples(st.floats(-179.9, 179.9), st.floats(-85, 85)), st.integers(0, 18))
def test_a_place_lies_in_the_tile_it_is_said_to_be_in(place, zoom):
    west, south, east, north = tiling.box_of_tile(zoom, *tiling.tile_at(*place, zoom))
    assert west - 1e-9 <= place[0] <= east + 1e-9
    assert south - 1e-9 <= place[1] <= north + 1e-9


def test_a_box_of_the_world_touches_all_tiles():
    assert len(list(tiling.tiles_over((-180, -85, 180, 85), 2))) == 16
