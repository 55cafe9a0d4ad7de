"""Who sees which tasks: by duty, department and area, in every list and in every part of one."""

from datetime import date
from itertools import chain

import pytest

from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM, Actor, Grant
from tongban.platform.identity.models import Account
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import MAX_PARTS, NO_LIMIT, Instance, Task, TaskRow
from tongban.platform.workflow.tests.drawings import INSTANT, bpmn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
DISTRICT, COUNTY = "990103", "990104"
REVIEW, APPROVE = "cases.review", "cases.approve"


@pytest.fixture
def tasks(market, fire):
    """Six tasks: of two duties, in two departments and two areas. By name: tasks["market district review"]."""
    made = {}
    places = {"market": market, "fire": fire}
    for place, area, duty in (
        ("market", DISTRICT, REVIEW),
        ("market", DISTRICT, APPROVE),
        ("market", COUNTY, REVIEW),
        ("fire", DISTRICT, REVIEW),
        ("fire", COUNTY, REVIEW),
        ("fire", COUNTY, APPROVE),
    ):
        number = len(made) + 1
        definition = workflow.ProcessDefinition(bpmn(INSTANT), duties={"approve": duty})
        workflow.start(
            actor=SYSTEM,
            definition=definition,
            subject=f"case:{number}",
            roles={"window": places[place].pk},
            area=area + "001",
            topic=f"topic-{number}",
            due=date(2026, 12, number),
        )
        words = f"{place} {'district' if area == DISTRICT else 'county'} {duty.rpartition('.')[2]}"
        made[words] = Task.objects.of(f"case:{number}").get()
    return made


def grant(duty, *departments, area=""):
    return Grant(duty, frozenset(department.pk for department in departments) or None, area)


def someone(*grants):
    return Actor("staff", 1, "某人", grants=grants)


def names(tasks, found):
    known = {task.pk: words for words, task in tasks.items()}
    return {known[task.pk] for task in found}


@pytest.fixture
def reach(market, fire):
    """What grants somebody may have, and which tasks these show."""
    reviews = {"market district review", "market county review", "fire district review", "fire county review"}
    return {
        "none": ((), set()),
        "everywhere": ((grant(REVIEW),), reviews),
        "one department": ((grant(REVIEW, market),), {"market district review", "market county review"}),
        "both departments": ((grant(REVIEW, market, fire),), reviews),
        "one area": ((grant(REVIEW, area=DISTRICT),), {"market district review", "fire district review"}),
        "one department in one area": ((grant(REVIEW, fire, area=COUNTY),), {"fire county review"}),
        "two places": (
            (grant(REVIEW, market, area=DISTRICT), grant(REVIEW, fire, area=COUNTY)),
            {"market district review", "fire county review"},
        ),
        "one department in two areas": (
            (grant(REVIEW, market, area=DISTRICT), grant(REVIEW, market, area=COUNTY)),
            {"market district review", "market county review"},
        ),
        "an area within a whole department": (
            (grant(REVIEW, market, area=DISTRICT), grant(REVIEW, market)),
            {"market district review", "market county review"},
        ),
        "two duties": (
            (grant(REVIEW, market), grant(APPROVE, fire)),
            {"market district review", "market county review", "fire county approve"},
        ),
        "another duty": ((grant("cases.accept"),), set()),
        "a whole duty and a department of another": (
            (grant(REVIEW), grant(APPROVE, fire)),
            reviews | {"fire county approve"},
        ),
    }


WAYS = [
    "none",
    "everywhere",
    "one department",
    "both departments",
    "one area",
    "one department in one area",
    "two places",
    "one department in two areas",
    "an area within a whole department",
    "two duties",
    "another duty",
    "a whole duty and a department of another",
]


@pytest.mark.parametrize("way", WAYS)
def test_a_list_shows_what_a_duty_reaches(tasks, reach, way):
    grants, shown = reach[way]

    assert names(tasks, Task.objects.visible_to(someone(*grants))) == shown


@pytest.mark.parametrize("way", WAYS)
def test_a_list_in_parts_shows_the_same_and_nothing_twice(tasks, reach, way):
    grants, shown = reach[way]

    found = list(chain.from_iterable(Task.objects.parts_by_department(someone(*grants), [REVIEW, APPROVE])))

    assert names(tasks, found) == shown
    assert len(found) == len(shown)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", ["market", "fire"])
def test_a_list_of_one_department_shows_only_what_lies_there(tasks, reach, way, place, market, fire):
    grants, shown = reach[way]
    department = {"market": market, "fire": fire}[place]

    found = list(
        chain.from_iterable(Task.objects.parts_by_department(someone(*grants), [REVIEW, APPROVE], department.pk))
    )

    assert names(tasks, found) == {words for words in shown if words.startswith(place)}
    assert len(found) == len(set(found))


def test_a_list_of_one_duty_shows_nothing_of_another(tasks, market):
    actor = someone(grant(REVIEW, market), grant(APPROVE, market))

    found = chain.from_iterable(Task.objects.parts_by_department(actor, [APPROVE]))

    assert names(tasks, found) == {"market district approve"}


def test_whoever_reaches_many_places_reads_one_part_for_each_duty(tasks, market, fire):
    many = tuple(Grant(REVIEW, frozenset({1000 + number}), "") for number in range(MAX_PARTS))

    parts = Task.objects.parts_by_department(
        someone(grant(REVIEW, market), *many, grant(APPROVE, fire)), [REVIEW, APPROVE]
    )

    assert len(parts) == 2
    assert names(tasks, chain.from_iterable(parts)) == {
        "market district review",
        "market county review",
        "fire county approve",
    }


def test_the_house_sees_every_task_of_the_duties_it_asks_for(tasks, fire):
    assert names(tasks, Task.objects.visible_to(SYSTEM)) == set(tasks)
    assert names(tasks, chain.from_iterable(Task.objects.parts_by_department(SYSTEM, [APPROVE]))) == {
        "market district approve",
        "fire county approve",
    }
    assert names(tasks, chain.from_iterable(Task.objects.parts_by_department(SYSTEM, [APPROVE], fire.pk))) == {
        "fire county approve"
    }


@pytest.mark.parametrize("actor", [ANONYMOUS, Actor("person", 5, party=7), Actor("client", 6)], ids=lambda a: a.kind)
def test_whoever_holds_no_duty_sees_no_task(tasks, actor):
    assert not Task.objects.visible_to(actor).exists()
    assert Task.objects.parts_by_department(actor, [REVIEW, APPROVE]) == []


def test_tasks_are_found_by_what_they_are(tasks, market):
    task = tasks["market county review"]

    assert list(Task.objects.with_uid(task.uid)) == [task]
    assert list(Task.objects.on_topic("topic-3")) == [task]
    assert names(tasks, Task.objects.for_department(market.pk)) == {words for words in tasks if "market" in words}
    assert names(tasks, Task.objects.for_duties(APPROVE)) == {words for words in tasks if "approve" in words}
    assert Task.objects.for_duties(APPROVE, REVIEW).count() == 6
    assert list(Task.objects.of("case:3", "case:1")) == [tasks["market district review"], task]
    assert Task.objects.kind("approve").count() == 6
    assert not Task.objects.kind("review").exists()
    assert list(Instance.objects.of("case:3")) == [task.instance]


def test_open_and_done_tasks_are_told_apart(tasks, official, market):
    approver = official("赵国清", market, REVIEW)
    done = workflow.complete(actor=approver, task=tasks["market county review"], outcome="grant")

    assert list(Task.objects.done()) == [done]
    assert done not in Task.objects.open()
    assert Task.objects.open().count() == 5
    assert Instance.objects.running().count() == 5


def test_what_somebody_took_is_theirs_alone(tasks, official, market):
    zhao, liu = official("赵国清", market, REVIEW), official("刘洋", market, REVIEW)
    workflow.claim(actor=zhao, task=tasks["market county review"])

    assert names(tasks, Task.objects.claimed_by(zhao)) == {"market county review"}
    assert not Task.objects.claimed_by(liu).exists()


def test_a_line_of_a_list_says_what_it_needs_and_no_more(tasks, django_assert_num_queries):
    with django_assert_num_queries(1):
        (row,) = Task.objects.of("case:3").rows()
        assert TaskRow(*row).due_on == date(2026, 12, 3)
        assert (row.subject, row.title, row.kind, row.claimed_by) == ("case:3", "当场审批", "approve", None)


def todo(actor, only=None, **params):
    return workflow.todo(actor=actor, portal="desk", params=params, only=only or workflow.TodoFilters()).rows


def test_the_to_do_list_shows_the_soonest_first(tasks, market):
    rows = todo(someone(grant(REVIEW), grant(APPROVE)))

    assert [row.due_on.day for row in rows] == [1, 2, 3, 4, 5, 6]


def test_a_task_without_a_day_comes_last(tasks, official, market):
    zhao = official("赵国清", market, REVIEW, APPROVE)
    workflow.reschedule(actor=zhao, task=tasks["market district review"], due_on=None)

    rows = todo(zhao)

    assert [row.subject for row in rows] == ["case:2", "case:3", "case:1"]
    assert rows[-1].due_on == NO_LIMIT


@pytest.mark.parametrize(
    ("only", "subjects"),
    [
        ({}, ["case:1", "case:2", "case:3", "case:4", "case:5", "case:6"]),
        ({"topic": "topic-4"}, ["case:4"]),
        ({"topic": "no such"}, []),
        ({"department": "fire"}, ["case:4", "case:5", "case:6"]),
        ({"department": "fire", "topic": "topic-5"}, ["case:5"]),
        ({"mine": True}, ["case:2"]),
        ({"mine": True, "department": "fire"}, []),
        ({"mine": True, "topic": "topic-2"}, ["case:2"]),
        ({"arrival": True}, ["case:6", "case:1", "case:2", "case:3", "case:4", "case:5"]),
    ],
)
def test_the_to_do_list_is_narrowed(tasks, market, fire, official, only, subjects):
    zhao = official("赵国清", market, REVIEW, APPROVE)
    workflow.claim(actor=zhao, task=tasks["market district approve"])
    first = tasks["fire county approve"]
    first.opened_at = first.opened_at.replace(year=2020)
    first.save()
    everywhere = Actor("staff", zhao.account, "赵国清", grants=(grant(REVIEW), grant(APPROVE)))
    if "department" in only:
        only = {**only, "department": fire.pk}

    rows = todo(everywhere, workflow.TodoFilters(**only))

    assert [row.subject for row in rows] == subjects


def test_what_somebody_took_and_may_not_do_any_more_is_not_on_their_list(tasks, official, market):
    zhao = official("赵国清", market, APPROVE)
    workflow.claim(actor=zhao, task=tasks["market district approve"])
    moved = Actor("staff", zhao.account, "赵国清", grants=(grant(REVIEW),))

    assert todo(moved, workflow.TodoFilters(mine=True)) == []


def test_a_finished_task_is_on_no_list(tasks, official, market):
    zhao = official("赵国清", market, REVIEW, APPROVE)
    workflow.claim(actor=zhao, task=tasks["market district review"])
    workflow.complete(actor=zhao, task=tasks["market district review"], outcome="grant")

    assert [row.subject for row in todo(zhao)] == ["case:2", "case:3"]
    assert todo(zhao, workflow.TodoFilters(mine=True)) == []


def test_a_task_knows_whether_it_has_a_last_day(tasks):
    assert tasks["market district review"].limit == date(2026, 12, 1)
    assert Task(due_on=NO_LIMIT).limit is None
    assert str(tasks["market district review"]) == "case:1 approve open"
    assert Account.objects.count() == 0
