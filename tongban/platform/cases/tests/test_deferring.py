"""容缺受理: accepted without what the applicant promises to bring, decided with it, withdrawn without it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.cast import definition, example
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.cases import schedule, steps
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import acting
from tongban.platform.catalogue import services as catalogue
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.letters.models import Letter
from tongban.platform.notices.models import Notice
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.parties.services.finding import VISITOR
from tongban.platform.seals import services as seals
from tongban.platform.workflow.models import Task

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
USCC = "11990100MB990030X2"
LAST = date(2026, 3, 16)
FOLDER = definition("labour-dispatch")


class Story:
    """An application for labour dispatch that lacks the sample agreement."""

    def __init__(self, cast: Any) -> None:
        office = identity.put_department(
            actor=SYSTEM, key="human-resources", name="云泽市人力资源和社会保障局", area="990100", uscc=USCC
        )
        seals.make(actor=SYSTEM, department=office, name="行政审批专用章")
        loaded = catalogue.load(actor=SYSTEM, folder=FOLDER)
        catalogue.publish(actor=SYSTEM, version=loaded.version)
        self.example = example("labour-dispatch", 1)
        party: Party = rehearsal._organisation(self.example["answers"])
        self.actor = Actor("person", account=cast.accounts["agent"].pk, name="周文博", party=party.pk)
        case = cases.begin(actor=self.actor, service="labour-dispatch")
        case = cases.fill(actor=self.actor, case=case, answers=self.example["answers"], revision=case.revision)
        rehearsal.hand_in(self.actor, case, FOLDER, self.example["materials"])
        self.draft = Case.objects.get(pk=case.pk)

    def submitted(self) -> Case:
        return cases.submit(actor=self.actor, uid=self.draft.uid, declared=True, deferred=True)

    def accepted(self) -> Case:
        case = self.submitted()
        cases.accept(actor=rehearsal._official("accept"), task=task(case, "accept"))
        jobs.run_all()
        return Case.objects.get_with_related(case.pk)

    def bring(self, case: Case) -> Case:
        rehearsal.hand_in(self.actor, case, FOLDER, self.example["steps"][0]["then"]["materials"])
        return cases.bring_deferred(actor=self.actor, case=case)

    def examined(self, case: Case) -> Task:
        for key in ("review", "inspect"):
            official = rehearsal._official(key)
            rehearsal.give_opinion(official, case, task(case, key), passed=True, opinion="符合条件。")
        return task(case, "approve")


def task(case: Case, key: str) -> Task:
    found: Task = Task.objects.of(case.subject).open().select_related("department").get(key=key)
    return found


@pytest.fixture
def story(cast, on):
    with on(MONDAY):
        yield Story(cast)


def letters(case: Case) -> list[str]:
    jobs.run_all()
    return [letter.kind for letter in Letter.objects.about(case.subject)]


def test_without_the_promise_nothing_may_be_missing(story):
    with pytest.raises(cases.Incomplete):
        cases.submit(actor=story.actor, uid=story.draft.uid, declared=True)


def test_only_what_the_definition_names_may_follow(story):
    cases.remove(
        actor=story.actor, case=story.draft, document=str(story.draft.materials.get(code="rules").document.uid)
    )

    with pytest.raises(cases.Incomplete):
        story.submitted()


def test_the_promise_is_a_sealed_letter_and_on_record(story):
    case = story.submitted()

    said = Action.objects.of(case).deferrals().get()
    assert said.data["materials"] == ["agreement"]
    assert "deferral-promise" in letters(case)


def test_it_is_accepted_with_a_last_day_for_what_is_missing(story):
    case = story.accepted()

    assert (case.state, case.applicant_due_on) == ("accepted", LAST)
    assert {"acceptance", "deferral"} <= set(letters(case))
    told = Notice.objects.get(key__startswith=f"case:{case.pk}:deferral_begun:")
    assert "2026-03-16" in told.title
    limits = cases.plan_of(case.version).limits
    done = Action.objects.of(case).values_list("kind", "on")
    assert steps.project(done, limits, codes.calendar()) == acting.status_of(case)


def test_the_window_reads_that_something_is_still_to_come(cast, story):
    case = story.submitted()
    address = f"/counter/cases/tasks/{task(case, 'accept').uid}/"

    shown = cast.browser("clerk").get(address).content.decode()

    assert "容缺受理：申请人已承诺受理后补齐所缺材料" in shown
    assert "材料齐全" not in shown


def test_nobody_answering_accepts_it_with_the_same_day(story, on):
    case = story.submitted()
    with on(datetime(2026, 3, 10, 2, tzinfo=UTC)):
        cases.deem_accepted(case=case)

    assert Case.objects.get(pk=case.pk).applicant_due_on == date(2026, 3, 24)


def test_nothing_is_decided_before_it_is_there(story):
    case = story.accepted()
    work = story.examined(case)
    decide = {"actor": rehearsal._official("approve"), "task": work, "reason": "符合条件。"}

    with pytest.raises(cases.MaterialsMissing, match="劳务派遣协议"):
        cases.decide(granted=True, **decide)
    with pytest.raises(cases.MaterialsMissing):
        cases.bring_deferred(actor=story.actor, case=case)
    brought = story.bring(case)
    again = cases.bring_deferred(actor=story.actor, case=case)

    assert brought.applicant_due_on is None
    assert again.revision == brought.revision
    assert cases.decide(granted=True, **decide).state == "granted"


def test_the_applicant_is_reminded_and_then_it_counts_as_withdrawn(story, on):
    case = story.accepted()
    with on(datetime(2026, 3, 10, 2, tzinfo=UTC)):
        schedule.remind_applicants()
        schedule.close_what_nobody_brought()
    assert Action.objects.of(case).reminders().count() == 1
    assert Case.objects.get(pk=case.pk).state == "accepted"

    with on(datetime(2026, 3, 17, 2, tzinfo=UTC)):
        schedule.close_what_nobody_brought()
        cases.deem_withdrawn(case=case)
        case = Case.objects.get_with_related(case.pk)
        assert "deemed-withdrawn" in letters(case)

    assert (case.state, case.outcome, cases.result_code(case)) == ("withdrawn", "withdrawn", "2")
    assert not Task.objects.of(case.subject).open().exists()


def test_there_is_time_until_the_last_day(story, on):
    case = story.accepted()

    with on(datetime(2026, 3, 16, 12, tzinfo=UTC)), pytest.raises(cases.StillTime):
        cases.deem_withdrawn(case=case)


def test_a_case_that_lacks_nothing_waits_for_nothing(cast):
    with pytest.raises(cases.NothingDeferred):
        cases.bring_deferred(actor=cast.actor("agent"), case=cast.accepted())


def test_what_may_follow_is_no_fault_on_the_page_that_hands_it_in(cast, story):
    party = Party.objects.get(pk=story.actor.represents)
    parties.give_mandate(actor=SYSTEM, principal=party, agent=cast.people["agent"], source="register")
    cast.people["company"] = party

    shown = cast.browser("agent").get(f"/cases/{story.draft.uid}/review/").content.decode()

    assert "可以容缺受理后补交" in shown
    assert 'class="errors"' not in shown


def test_the_window_leads_to_what_the_visitor_still_has_to_bring(cast, story):
    clerk = cast.browser("clerk")
    case = story.accepted()
    Case.objects.filter(pk=case.pk).update(filed_by=cast.accounts["clerk"])
    link = f"/counter/cases/window/{case.uid}/deferred/"

    assert link not in clerk.get(f"/counter/cases/{case.uid}/").content.decode()
    session = clerk.session
    session[VISITOR] = case.applicant_id
    session.save()
    assert link in clerk.get(f"/counter/cases/{case.uid}/").content.decode()
