"""What a department's list shows is what the one predicate of authorisation lets through, whatever way it is read."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests.copies import copies
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, Case, Participation
from tongban.platform.catalogue.models import Version
from tongban.platform.identity.models import Department
from tongban.platform.parties import services as parties
from tongban.platform.workflow.models import NO_LIMIT, Instance, Process, Task

STATES = ("submitted", "supplement", "accepted", "completed", "withdrawn")
AREAS = ("990100", "990102", "990103")


@pytest.fixture
def many(cast):
    """Sixty cases of several departments, areas and states, some handed in at the same moment."""
    chance, start = random.Random(8), clock.now()
    departments, version = list(Department.objects.in_order()), Version.objects.published().first()
    for number in range(60):
        at, area, state = start + timedelta(minutes=number // 3), chance.choice(AREAS), chance.choice(STATES)
        taking_part = chance.sample(departments, chance.choice((1, 1, 2, 3)))
        case = Case.objects.create(
            version=version,
            department=taking_part[0],
            area=area,
            applicant=cast.people["company"],
            applicant_name="云泽市禾香餐饮有限公司",
            number=f"{area}-{ids.token(7)}",
            state=state,
            created_at=at,
            updated_at=at,
            submitted_at=at,
            accepted_on=at.date(),
            acceptance_due_on=at.date() + timedelta(days=chance.randint(-4, 6)),
            promised_due_on=chance.choice((None, at.date() + timedelta(days=chance.randint(-4, 6)))),
        )
        service = chance.choice(("food-business", "shop-sign-filing"))
        for department in taking_part:
            part = case.participation(department.pk, first=department == taking_part[0])
            part.service = service
            part.save()
    return departments


def read(actor, **question):
    found, query = [], ""
    while True:
        page = cases.listed(actor=actor, params=QueryDict(query), **question)
        found += [line.id for line in page.rows]
        if not page.next:
            return found
        query = page.next


def somebody(chance, departments, people):
    grants = []
    for _turn in range(chance.choice((0, 1, 1, 2, 3))):
        reach = chance.choice([None, *(frozenset(d.pk for d in chance.sample(departments, n)) for n in (1, 1, 2, 4))])
        grants.append(Grant(chance.choice([*READING, "journal.read"]), reach, chance.choice(("", "9901", "990102"))))
    party = chance.choice((None, None, people["company"].pk, people["citizen"].pk))
    return Actor("staff", account=1, party=party, grants=tuple(grants))


@pytest.mark.django_db
def test_for_random_duties_the_list_is_what_they_let_through_newest_first(many, cast):
    chance = random.Random(20261122)
    for _turn in range(60):
        actor, state = somebody(chance, many, cast.people), chance.choice(("", "", *STATES))
        seen = Case.objects.visible_to(actor).submitted_by_people()
        wanted = (seen.in_state(state) if state else seen).order_by("-submitted_at", "-pk")

        assert read(actor, state=state) == [case.pk for case in wanted], (actor, actor.grants, state)


@pytest.mark.django_db
@pytest.mark.found("B16")
def test_for_random_duties_and_filters_the_list_is_what_they_let_through_in_its_order(many, cast):
    chance, leading = random.Random(16), Participation.objects.filter(first=True)
    service = dict(leading.values_list("case", "service"))
    for _turn in range(80):
        actor = somebody(chance, many, cast.people)
        only = cases.Narrowed(
            state=chance.choice(("", "", *STATES)),
            service=chance.choice(("", "food-business", "shop-sign-filing", "none")),
            department=chance.choice((None, None, many[0].pk, many[2].pk)),
            late=chance.choice(("", "", *cases.LATE)),
            by_day=chance.choice((True, False)),
        )
        seen = [
            case for case in Case.objects.visible_to(actor).submitted_by_people() if fits(case, only, service, actor)
        ]
        if only.days_count:
            wanted = sorted(seen, key=lambda case: (case.watched_on, case.pk))
        else:
            wanted = sorted(seen, key=lambda case: (case.submitted_at, case.pk), reverse=True)

        assert read(actor, only=only) == [case.pk for case in wanted], (actor.grants, only)


def fits(case, only, service, actor):
    days, watched = cases.days_of(only.late), case.watched_on
    part = case.participations.filter(department=only.department or case.department)
    return (
        (not only.state or case.state == only.state)
        and (not only.service or service[case.pk] == only.service)
        and (not only.department or part.reached_by(actor).exists())
        and (not only.days_count or watched is not None)
        and (days is None or (days[0] or date.min) <= watched <= days[1])
    )


@pytest.mark.django_db
@pytest.mark.found("B16")
def test_a_search_is_narrowed_like_the_list(many, cast):
    actor = Actor("staff", account=1, grants=(Grant("cases.read"),))
    everything = read(actor, only=cases.Narrowed(state="accepted", late="over"))
    late = [case for case in Case.objects.in_state("accepted") if case.watched_on < clock.today()]

    assert sorted(everything) == sorted(case.pk for case in late)
    assert sorted(read(actor, text="云泽", only=cases.Narrowed(state="accepted", late="over"))) == sorted(everything)


@pytest.mark.found("B16")
def test_every_department_knows_the_day_that_is_watched(cast):
    case = cast.submitted()
    assert days_of_parts(case) == {case.acceptance_due_on}
    cases.accept(actor=cast.actor("clerk"), task=cast.task(case, "accept"))
    case = Case.objects.get(pk=case.pk)
    assert days_of_parts(case) == {case.promised_due_on}

    approver = cast.actor("approver")
    cases.begin_procedure(actor=approver, uid=case.uid, procedure="检验检测", days=10)
    assert days_of_parts(case) == {NO_LIMIT}
    case = cases.end_procedure(actor=approver, uid=case.uid, result="合格")
    assert days_of_parts(case) == {case.promised_due_on}

    cases.withdraw(actor=cast.actor("agent"), case=case, reason="不办了")
    assert days_of_parts(case) == {None}


def days_of_parts(case):
    return set(Participation.objects.filter(case=case).values_list("due_on", flat=True))


@pytest.mark.django_db
def test_the_house_itself_sees_everything(many):
    assert len(read(SYSTEM)) == 60


@pytest.mark.django_db
def test_whoever_serves_an_applicant_sees_of_their_cases_what_the_predicate_lets_through(cast):
    case, draft = cast.submitted(), cast.draft(materials=False)
    serving = Actor("staff", account=cast.accounts["clerk"].pk, acting_for=case.applicant_id)

    assert not Case.objects.visible_to(serving).exists()
    assert cases.submitted_by_me(actor=serving, params=QueryDict()).rows == []
    assert cases.drafts(actor=serving) == []
    assert [line.uid for line in cases.drafts(actor=cast.actor("agent"))] == [draft.uid]


def test_every_draft_is_listed_for_whoever_acts_for_several(cast):
    draft, agent = cast.draft(materials=False), cast.actor("agent")
    (another,) = copies(draft, 1, uid=ids.token(16))

    listed = cases.drafts(actor=agent, names=parties.representations(agent))

    assert {draft.uid for draft in listed} == {draft.uid, another.uid}


def test_a_step_carries_the_state_to_every_department_that_takes_part(cast):
    case = cast.accepted()

    assert set(Participation.objects.filter(case=case).values_list("state", flat=True)) == {"accepted"}


@pytest.mark.django_db
def test_a_list_takes_one_question_for_all_departments_and_one_for_its_lines(many, cast):
    actor = Actor("staff", account=1, grants=(Grant("cases.read", frozenset(d.pk for d in many[:2])),))
    with CaptureQueriesContext(connection) as queries:
        found = cases.listed(actor=actor, params=QueryDict())
        assert [line.service_name and line.department_name for line in found.rows]

    assert len(queries) == 2


@pytest.mark.django_db
def test_for_random_duties_the_parts_of_a_to_do_list_are_what_they_let_through(many, cast):
    chance, today = random.Random(7), clock.today()
    process = Process.objects.create(id=1, key="x", name="x", bpmn="")
    for number in range(80):
        case = chance.choice(Case.objects.all())
        instance = Instance.objects.create(process=process, subject=case.subject)
        kind = chance.choice(list(cases.DUTIES))
        Task.objects.create(
            instance=instance,
            key=kind,
            title=kind,
            kind=kind,
            role=kind,
            duty=cases.DUTIES[kind],
            department=chance.choice(many),
            area=chance.choice(AREAS),
            subject=case.subject,
            due_on=today + timedelta(days=number % 9),
        )
    for _turn in range(60):
        actor, kinds = somebody(chance, many, cast.people), chance.sample(list(cases.DUTIES), chance.choice((1, 2, 3)))
        parts = Task.objects.parts_by_department(actor, [cases.DUTIES[kind] for kind in kinds])
        found = [task.pk for part in parts for task in part.open().kind(*kinds)]
        seen = [task.pk for task in Task.objects.visible_to(actor).open().kind(*kinds)]

        assert sorted(found) == sorted(seen), (actor.grants, kinds)
