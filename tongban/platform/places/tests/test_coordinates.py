import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform.places.rules.coordinates import CGCS2000, GCJ02, WGS84, converted, metres_between

IN_CHINA = st.tuples(st.floats(74, 134), st.floats(4, 53))


# What maps with the shift show for a position of a satellite receiver, to the metre.
@pytest.mark.parametrize(
    ("satellite", "shifted"),
    [
        ((116.397_470, 39.908_823), (116.403_714, 39.910_227)),  # 天安门
        ((121.473_704, 31.230_393), (121.478_222, 31.228_449)),  # 人民广场
    ],
)
def test_the_shift_is_the_one_that_maps_show(satellite, shifted):
    assert metres_between(converted(*satellite, was=WGS84, wanted=GCJ02), shifted) < 15


@given(IN_CHINA)
def test_there_and_back_is_the_same_place(place):
    there = converted(*place, was=CGCS2000, wanted=GCJ02)
    assert metres_between(converted(*there, was=GCJ02, wanted=WGS84), place) < 0.05
    assert 10 < metres_between(there, place) < 2500


@pytest.mark.parametrize("place", [(2.35, 48.85), (-74.0, 40.7), (139.7, 35.7)])
def test_nothing_is_shifted_abroad(place):
    assert converted(*place, was=WGS84, wanted=GCJ02) == place


def test_the_country_s_system_and_that_of_satellites_are_one():
    assert converted(104.1, 30.5, was=WGS84, wanted=CGCS2000) == (104.1, 30.5)


def test_an_unknown_system_is_an_error():
    with pytest.raises(ValueError, match="BD09"):
        converted(104.1, 30.5, was="BD09", wanted=WGS84)


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres():
    assert metres_between((104, 30), (104, 31)) == pytest.approx(111_195, abs=1)
