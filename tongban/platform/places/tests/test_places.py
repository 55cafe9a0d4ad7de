import tomllib
from datetime import date

import pytest

from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.platform.places import rules
from tongban.platform.places import services as places
from tongban.platform.places.models import Area

DAY = date(2020, 1, 1)
TABLE = """
source = "演示数据"
valid_from = 2020-01-01

[[area]]
code = "990100"
name = "云泽市"

[[area]]
code = "990102"
name = "临湖区"

[[area]]
code = "990103"
name = "青石区"
valid_until = 2025-12-31

[[area]]
code = "990102001"
name = "荷塘街道"
"""


@pytest.mark.parametrize(
    ("code", "level", "above"),
    [
        ("990000", "province", None),
        ("990100", "city", "990000"),
        ("990102", "district", "990100"),
        ("990102001", "township", "990102"),
        ("990102001000", "township", "990102"),
        ("990102001003", "village", "990102001"),
        ("441900", "city", "440000"),
    ],
)
def test_a_code_tells_its_level_and_what_is_above(code, level, above):
    assert rules.level_of(code) == level
    if above is None or len(code) < 12:
        assert rules.code_above(code) == above


@pytest.mark.parametrize("code", ["", "99", "99010", "0990100", "09010A", "990102 1", "9901020010"])
def test_anything_else_is_no_code(code):
    with pytest.raises(ValueError, match="not a division code"):
        rules.level_of(code)


@pytest.fixture
def areas():
    return tomllib.loads(TABLE)


def test_areas_are_loaded_and_twice_changes_nothing(db, areas):
    first = places.load(actor=SYSTEM, table=areas)
    second = places.load(actor=SYSTEM, table=areas)

    assert (first.new, first.changed, first.unchanged) == (4, 0, 0)
    assert (second.new, second.changed, second.unchanged) == (0, 0, 4)
    assert [area.name for area in Area.objects.within(Area.objects.get(code="990100"))] == ["临湖区", "青石区"]


def test_an_area_is_named_alone_and_with_what_is_around_it(db, areas):
    places.load(actor=SYSTEM, table=areas)

    assert places.name_of("990102") == "临湖区"
    assert places.full_name_of("990102001") == "云泽市临湖区荷塘街道"
    assert places.name_of("110105") == places.full_name_of("110105") == "110105"


def test_a_code_is_named_as_it_was_that_day(db, areas):
    places.load(actor=SYSTEM, table=areas)
    places.load(
        actor=SYSTEM,
        table={"source": "批复", "valid_from": date(2026, 1, 1), "area": [{"code": "990103", "name": "青石新区"}]},
    )

    assert places.name_of("990103", on=date(2025, 12, 31)) == "青石区"
    assert places.name_of("990103", on=date(2026, 1, 1)) == "青石新区"
    assert "青石区" not in [area.name for area in Area.objects.valid(on=date(2026, 1, 1))]


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ({"valid_from": date(2020, 1, 1), "area": []}, "source"),
        ({"source": "x", "valid_from": DAY, "area": [{"code": "9901", "name": "云泽市"}]}, "area.0"),
        ({"source": "x", "valid_from": DAY, "area": [{"code": "990100"}]}, "area.0"),
        ({"source": "x", "area": [{"code": "990100", "name": "云泽市"}]}, "area.0"),
        (
            {"source": "x", "valid_from": date(2020, 1, 1), "area": [{"code": "990100", "name": "x", "colour": 1}]},
            "area.0",
        ),
        (
            {"source": "x", "valid_from": date(2020, 1, 1), "area": [{"code": "990100", "name": "x", "level": "?"}]},
            "area.0",
        ),
    ],
)
def test_a_faulty_table_is_refused_with_its_line(db, table, place):
    with pytest.raises(Invalid) as refusal:
        places.load(actor=SYSTEM, table=table)

    assert list(refusal.value.errors) == [place]
    assert not Area.objects.exists()


def test_nobody_loads_without_the_duty(db, areas):
    with pytest.raises(NotAllowed):
        places.load(actor=ANONYMOUS, table=areas)
