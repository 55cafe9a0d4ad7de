"""How cases really go, counted by SQL that says the same on both databases; and what histories tell."""

import shutil
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import Q

from tests.cast import POINTS, definition
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.services.history import histories, overtaken
from tongban.platform.cases.services.mining import NAMES, SIDE, mined
from tongban.platform.cases.steps import STEPS
from tongban.platform.catalogue import services as catalogue

MARCH = {"service": "food-business", "first": date(2026, 3, 1), "last": date(2026, 3, 31)}


def at(day, hour):
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def accepted(cast, submitted, taken):
    with clock.at(submitted):
        case = cast.submitted()
    with clock.at(taken):
        return cases.accept(actor=cast.actor("clerk"), task=cast.task(case, "accept"))


@pytest.fixture
def three(cast):
    """Three cases: accepted after one, two and six hours; the last after a supplement, and then reviewed."""
    accepted(cast, at(2, 1), at(2, 2))
    accepted(cast, at(2, 1), at(2, 3))
    with clock.at(at(3, 1)):
        case = cast.submitted()
        cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=POINTS)
    with clock.at(at(3, 5)):
        case = cases.supplement(actor=cast.actor("agent"), case=Case.objects.get(pk=case.pk), answers={})
    with clock.at(at(3, 7)):
        cases.accept(actor=cast.actor("clerk"), task=cast.task(case, "accept"))
        task = cast.task(case, "review")
        cases.give_opinion(actor=cast.actor("reviewer"), task=task, passed=True, opinion="资料齐全。")
    return cast


@pytest.mark.requirement("PLT-B-21")
def test_what_follows_what_is_counted_with_its_median(three):
    found = mined(**MARCH, reach=Q())

    arcs = {(arc.source, arc.target): (arc.times, round(arc.median / timedelta(hours=1), 3)) for arc in found.arcs}
    assert arcs == {
        ("submitted", "accepted"): (2, 1.5),
        ("submitted", "supplement_requested"): (1, 0),
        ("supplement_requested", "supplemented"): (1, 4),
        ("supplemented", "accepted"): (1, 2),
        ("accepted", "review"): (1, 0),
    }
    assert (found.cases, found.ended, found.all_ways) == (3, 0, 2)


def test_steps_are_named_by_kind_and_opinions_by_their_task(three):
    steps = {step.key: step for step in mined(**MARCH, reach=Q()).steps}

    assert (steps["submitted"].title, steps["submitted"].times, steps["submitted"].cases) == ("提交申请", 3, 3)
    assert steps["review"].title == "资料审查"
    assert steps["review"].repeated == 0


def test_ways_are_told_apart_the_most_frequent_first(three):
    ways = mined(**MARCH, reach=Q()).ways

    assert [(way.steps, way.cases) for way in ways] == [
        (("submitted", "accepted"), 2),
        (("submitted", "supplement_requested", "supplemented", "accepted", "review"), 1),
    ]
    assert round(ways[1].median / timedelta(hours=1), 3) == 6


def test_versions_stand_beside_one_another_with_what_came_of_them(three, tmp_path):
    """Before and after: the flow was made anew, and what it did to the cases is counted, not claimed."""
    folder = shutil.copytree(definition("food-business"), tmp_path / "food-business")
    file = folder / "service.toml"
    file.write_text(file.read_text().replace("promised_days = 8", "promised_days = 7"))
    with clock.at(at(5, 1)):
        catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)
    case = accepted(three, at(6, 1), at(6, 2))
    with clock.at(at(6, 9)):
        cases.give_opinion(
            actor=three.actor("reviewer"), task=three.task(case, "review"), passed=True, opinion="齐全。"
        )
        three.inspected(case)
        task = three.task(case, "approve")
        cases.decide(actor=three.actor("approver"), task=task, granted=True, reason="符合条件。")

    new, old = mined(**MARCH, reach=Q()).versions

    assert (new.number, new.cases, new.decided, new.supplements) == (2, 1, 1, 0)
    assert round(new.median / timedelta(hours=1), 3) == 8
    assert (old.number, old.cases, old.decided, old.supplements, old.median) == (1, 3, 0, 1, None)


def test_only_what_is_reached_and_received_in_these_days_is_counted(three):
    assert mined(**MARCH, reach=Q(pk__in=[])).cases == 0
    assert mined(**{**MARCH, "first": date(2026, 3, 3)}, reach=Q()).cases == 1
    assert mined(**{**MARCH, "service": "residence-permit"}, reach=Q()).steps == ()


def test_what_a_history_says_is_what_the_case_says(three):
    for pk, told in histories(Case.objects.submitted_by_people().values_list("pk", flat=True)).items():
        case, last = Case.objects.get(pk=pk), told.spans[-1]

        assert (last.state, last.promised_due_on, last.statutory_due_on) == (
            case.state,
            case.promised_due_on,
            case.statutory_due_on,
        )
        assert told.actions[-1].at.utcoffset() == timedelta(hours=8)


def test_whoever_still_waited_is_named_and_nobody_whom_the_window_had_answered(cast):
    with clock.at(at(2, 1)):
        waiting = cast.submitted()
    answered = accepted(cast, at(2, 2), at(3, 1))
    newest = accepted(cast, at(4, 1), at(4, 2))
    told = histories([newest.pk])[newest.pk]

    assert [number for number, _at in overtaken(told, at=at(4, 2), before=at(4, 1))] == [waiting.number]
    assert [number for number, _at in overtaken(told, at=at(2, 3), before=at(4, 1))] == [
        answered.number,
        waiting.number,
    ]
    assert overtaken(told, at=at(4, 2), before=at(2, 1)) == []


def test_every_step_has_a_name_that_names_no_day_and_nobody():
    named = {*NAMES, *SIDE, "opinion_given"}  # an opinion is called by its task

    assert set(STEPS) == named
    assert not [name for name in NAMES.values() if "%" in str(name)]
