"""A supplement that does not come: reminded in time, closed after its day, and begun again with the same answers."""

from datetime import UTC, date, datetime

import pytest

from tests.cast import POINTS
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.storage import services as storage
from tongban.platform.cases import schedule, steps
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import acting, terms
from tongban.platform.codes import services as codes
from tongban.platform.letters.models import Letter
from tongban.platform.notices.models import Notice
from tongban.platform.seals import services as seals
from tongban.platform.workflow.models import Task

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
LAST = date(2026, 4, 14)  # thirty working days later: 清明 lies between


@pytest.fixture
def asked(cast, on):
    """Give a case of which a supplement was asked on Monday 2 March 2026."""
    with on(MONDAY):
        case = cast.submitted()
        cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=POINTS)
        jobs.run_all()
    return Case.objects.get(pk=case.pk)


def told(case: Case, kind: str) -> list[str]:
    return [one.body for one in Notice.objects.filter(key__startswith=f"case:{case.pk}:{kind}:")]


def test_the_request_says_until_when(cast, asked):
    assert asked.applicant_due_on == LAST
    assert "2026-04-14" in told(asked, "supplement_requested")[0]
    assert "2026年4月14日" in cast.browser("agent").get(f"/cases/{asked.uid}/").content.decode()


def test_the_applicant_is_reminded_once_some_days_before(asked, on):
    with on(datetime(2026, 4, 6, 2, tzinfo=UTC)):
        schedule.remind_applicants()
        assert not told(asked, "reminded")
    with on(datetime(2026, 4, 7, 2, tzinfo=UTC)):
        schedule.remind_applicants()
        schedule.remind_applicants()
        jobs.run_all()

    assert len(told(asked, "reminded")) == 1


def test_on_its_last_day_nothing_is_closed(asked, on):
    with on(datetime(2026, 4, 14, 12, tzinfo=UTC)):
        schedule.close_what_nobody_brought()
        with pytest.raises(cases.StillTime):
            cases.lapse(case=asked)

    assert Case.objects.get(pk=asked.pk).state == Case.State.SUPPLEMENT


def test_after_it_the_case_ends_with_a_sealed_letter_and_code_5(cast, asked, on):
    with on(datetime(2026, 4, 15, 2, tzinfo=UTC)):
        schedule.close_what_nobody_brought()
        cases.lapse(case=asked)
        jobs.run_all()
        case = Case.objects.get_with_related(asked.pk)

        assert (case.state, case.outcome, case.applicant_due_on) == ("lapsed", "lapsed", None)
        assert (cases.result_code(case), codes.name_of("case-result", "5")) == ("5", "补交不来办结")
        letter = Letter.objects.about(case.subject).get(kind="supplement-overdue")
        assert seals.examine(storage.read(letter.document.blob)).good
        assert len(told(case, "lapsed")) == 1
        assert Fact.objects.about(case.subject).filter(name="cases.CaseLapsed").count() == 1
        assert not Task.objects.of(case.subject).open().exists()
        page = cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
        assert letter.number in page
        done = Action.objects.of(case).values_list("kind", "on")
        limits = cases.plan_of(case.version).limits
        assert steps.project(done, limits, codes.calendar()) == acting.status_of(case)


def test_the_same_answers_begin_another_application(cast, asked, on):
    with on(datetime(2026, 4, 15, 2, tzinfo=UTC)):
        cases.lapse(case=asked)
        former = Case.objects.get(pk=asked.pk)
        draft, copied = cases.begin_again(actor=cast.actor("agent"), case=former)

    assert copied
    assert draft.answers["premises_address"] == former.answers["premises_address"]


def test_a_supplement_in_time_ends_the_waiting(cast, asked, on):
    with on(datetime(2026, 4, 14, 2, tzinfo=UTC)):
        case = cases.supplement(actor=cast.actor("agent"), case=asked, answers={})
        assert (case.state, case.applicant_due_on) == ("submitted", None)
        with pytest.raises(cases.WrongCaseState):
            cases.lapse(case=case)


def test_a_definition_may_give_days_of_its_own():
    assert terms.dated("supplement", 10) == ((date.min, 10),)
    assert terms.dated("supplement")[-1][1] == 30
