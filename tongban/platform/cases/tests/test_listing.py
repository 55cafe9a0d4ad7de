"""What a department's list shows is what the one predicate of authorisation lets through, whatever way it is read."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, Case, Participation
from tongban.platform.catalogue.models import Version
from tongban.platform.identity.models import Department
from tongban.platform.workflow.models import Instance, Process, Task

STATES = ("submitted", "supplement", "accepted", "completed", "withdrawn")
AREAS = ("990100", "990102", "990103")


@pytest.fixture
def many(cast):
    """Sixty cases of several departments, areas and states, some handed in at the same moment."""
    chance, start = random.Random(8), clock.now()
    departments, version = list(Department.objects.in_order()), Version.objects.published().first()
    for number in range(60):
        at, area, state = start + timedelta(minutes=number // 3), chance.choice(AREAS), chance.choice(STATES)
        case = Case.objects.create(
            version=version,
            department=departments[0],
            area=area,
            applicant=cast.people["company"],
            applicant_name="云泽市禾香餐饮有限公司",
            number=f"{area}-{ids.token(7)}",
            state=state,
            created_at=at,
            updated_at=at,
            submitted_at=at,
            accepted_on=at.date(),
        )
        for department in chance.sample(departments, chance.choice((1, 1, 2, 3))):
            Participation.objects.create(case=case, department=department, area=area, state=case.state, submitted_at=at)
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
def test_the_house_itself_sees_everything(many):
    assert len(read(SYSTEM)) == 60


@pytest.mark.django_db
def test_whoever_serves_an_applicant_sees_of_their_cases_what_the_predicate_lets_through(cast):
    case, draft = cast.submitted(), cast.draft(materials=False)
    serving = Actor("staff", account=cast.accounts["clerk"].pk, acting_for=case.applicant_id)

    assert not Case.objects.visible_to(serving).exists()
    assert cases.own(actor=serving, params=QueryDict()).rows == []
    assert cases.drafts(actor=serving) == []
    assert [line.uid for line in cases.drafts(actor=cast.actor("agent"))] == [draft.uid]


def test_a_step_carries_the_state_to_every_department_that_takes_part(cast):
    case = cast.accepted()

    assert set(Participation.objects.filter(case=case).values_list("state", flat=True)) == {"accepted"}


@pytest.mark.django_db
def test_a_list_takes_one_question_for_each_department_and_one_for_its_lines(many, cast):
    actor = Actor("staff", account=1, grants=(Grant("cases.read", frozenset(d.pk for d in many[:2])),))
    with CaptureQueriesContext(connection) as queries:
        found = cases.listed(actor=actor, params=QueryDict())
        assert [line.service_name and line.department_name for line in found.rows]

    assert len(queries) == 3


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
        parts = Task.objects.parts_for(actor, [cases.DUTIES[kind] for kind in kinds])
        found = [task.pk for part in parts for task in part.open().kind(*kinds)]
        seen = [task.pk for task in Task.objects.visible_to(actor).open().kind(*kinds)]

        assert sorted(found) == sorted(seen), (actor.grants, kinds)
