"""Which items begin, which never will, and until when the whole has to be done."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.applications.bundles.rules import clocks, definitions, moving
from tongban.applications.bundles.rules.moving import Progress
from tongban.applications.bundles.services import reading
from tongban.applications.bundles.tests.restaurant import FOLDER
from tongban.platform.codes.rules import Calendar

W, R, G, F = Progress.WAITING, Progress.OPEN, Progress.GRANTED, Progress.FAILED


@pytest.mark.parametrize(
    ("progress", "after", "told"),
    [
        ({"a": R, "b": W}, {"b": ["a"]}, []),
        ({"a": G, "b": W}, {"b": ["a"]}, [("b", True, "")]),
        ({"a": F, "b": W}, {"b": ["a"]}, [("b", False, "a")]),
        ({"a": F, "b": W, "c": W}, {"b": ["a"], "c": ["b"]}, [("b", False, "a"), ("c", False, "b")]),
        ({"a": G, "b": F, "c": W}, {"c": ["a", "b"]}, [("c", False, "b")]),
        ({"a": G, "b": R, "c": W}, {"c": ["a", "b"]}, []),
        ({"b": W}, {"b": ["a"]}, [("b", True, "")]),  # what it comes after does not apply
    ],
)
def test_what_waits_begins_or_is_dropped(progress, after, told):
    found = [(move.item, move.begins, move.because) for move in moving.next_moves(progress, after)]

    assert found == told


KEYS = ("a", "b", "c", "d", "e")


@given(st.lists(st.sampled_from(Progress), min_size=5, max_size=5), st.data())
def test_nothing_waits_for_ever(drawn, data):
    progress = dict(zip(KEYS, drawn, strict=True))
    after = {
        key: data.draw(st.lists(st.sampled_from(KEYS[:n]), unique=True)) if n else [] for n, key in enumerate(KEYS)
    }
    for _turn in KEYS:
        for move in list(moving.next_moves(progress, after)):
            progress[move.item] = R if move.begins else F
        progress = {key: data.draw(st.sampled_from([G, F])) if state is R else state for key, state in progress.items()}

    assert moving.is_settled(progress)


CALENDAR = Calendar(frozenset(), frozenset(), date(2026, 12, 31))
DAYS = clocks.Days(20, 45)


@pytest.mark.parametrize(
    ("accepted", "lost", "days", "promised", "statutory"),
    [
        ([], [0], DAYS, None, None),
        ([date(2026, 3, 3), date(2026, 3, 2)], [0, 0], DAYS, date(2026, 3, 30), date(2026, 5, 4)),
        ([date(2026, 3, 2)], [5, 3], DAYS, date(2026, 4, 6), date(2026, 5, 11)),
        ([date(2026, 3, 2)], [0], clocks.Days(20, 45, 15), date(2026, 3, 30), date(2026, 5, 25)),
    ],
)
def test_the_joint_clock(accepted, lost, days, promised, statutory):
    found = clocks.counted(accepted, lost, days, CALENDAR)

    assert (found.promised_due_on, found.statutory_due_on) == (promised, statutory)


@pytest.mark.parametrize(
    ("lights", "told"),
    [(["green", "red"], "red"), (["yellow", "green"], "yellow"), (["grey", "green"], "green"), ([], "grey")],
)
def test_an_item_that_is_overdue_paints_the_whole(lights, told):
    assert clocks.worst(lights) == told


def test_the_law_of_a_day_is_asked():
    rows = [{"valid_from": date(2004, 7, 1), "days": 45}, {"valid_from": date(2030, 1, 1), "days": 40}]

    assert clocks.law(rows, date(2029, 12, 31))["days"] == 45
    assert clocks.law(rows, date(2030, 1, 1))["days"] == 40
    with pytest.raises(LookupError):
        clocks.law(rows, date(2004, 6, 30))


def changed(**other):
    return {**reading.read(FOLDER).guide, **other}


@pytest.mark.parametrize(
    ("guide", "place"),
    [
        (changed(strange=1), ""),
        (changed(limits={"promised_days": 0}), "limits"),
        (changed(limits={"promised_days": 5}), "limits"),
        (changed(limits={"promised_days": 9, "promised_source": "x", "statutory_days": 8, "source": "y"}), "limits"),
        (changed(item=[{"key": "a", "service": "x"}]), "item"),
        (changed(item=[{"key": "a", "service": "x"}, {"key": "b"}]), "item[1]"),
        (changed(item=[{"key": "A", "service": "x"}, {"key": "b", "service": "y"}]), "item[0].key"),
        (changed(item=[{"key": "a", "service": "x", "after": ["c"]}, {"key": "b", "service": "y"}]), "item[a].after"),
        (
            changed(item=[{"key": k, "service": k, "after": [o]} for k, o in (("a", "b"), ("b", "a"))]),
            "item[a].after",
        ),
        (
            changed(
                item=[{"key": "a", "service": "x", "feeds": {"q": ["b.licence.number"]}}, {"key": "b", "service": "y"}]
            ),
            "item[a].feeds[q]",
        ),
    ],
)
def test_what_is_wrong_with_a_bundle_is_told_with_its_place(guide, place):
    assert place in [problem.place for problem in definitions.problems(guide)]


def test_the_bundle_that_comes_with_the_product_is_sound():
    assert not definitions.problems(reading.read(FOLDER).guide)
