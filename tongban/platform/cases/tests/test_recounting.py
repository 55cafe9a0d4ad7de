"""A notice about holidays moves the last days of open cases, and whoever it concerns is told."""

from datetime import UTC, date, datetime

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Participation
from tongban.platform.cases.pages import presenting
from tongban.platform.codes import services as codes
from tongban.platform.notices.models import Notice
from tongban.platform.workflow.models import Task

pytestmark = pytest.mark.found("F6")
LATE_IN_THE_YEAR = datetime(2026, 12, 14, 2, tzinfo=UTC)
NOTICE = [
    codes.Holiday(date(2026, 12, 19), False, "元旦"),
    codes.Holiday(date(2026, 12, 31), True, "元旦"),
    codes.Holiday(date(2027, 1, 1), True, "元旦"),
]


@pytest.fixture(autouse=True)
def fresh():
    codes.forget()
    yield
    codes.forget()


def announce():
    codes.load_year(actor=SYSTEM, year=2027, source="2027 年通知（虚构）", holidays=NOTICE)
    codes.forget()
    jobs.run_all()


def days(case):
    case = Case.objects.get(pk=case.pk)
    return case.acceptance_due_on, case.promised_due_on, case.statutory_due_on


def test_the_days_of_an_accepted_case_follow_the_notice_and_the_applicant_is_told(cast, on):
    with on(LATE_IN_THE_YEAR):
        case = cast.accepted()
        _answer, promised, statutory = days(case)
        revision = case.revision
        announce()
        codes_now = codes.calendar()

        _same, moved_promise, moved_law = days(case)
        assert (moved_promise, moved_law) != (promised, statutory)
        limits = (codes_now.count(case.accepted_on, day) for day in (moved_promise, moved_law))
        assert list(limits) == [8, 10]
        assert Case.objects.get(pk=case.pk).revision == revision, "whoever has it on the screen may still answer"
        assert Action.objects.filter(case=case, kind="calendar_changed").count() == 1
        assert Fact.objects.named("cases.CaseDaysMoved").get().subject == case.subject
        assert "截止日调整" in Notice.objects.latest("pk").title
        assert {task.due_on for task in Task.objects.of(case.subject).open()} != {promised}

        announce()
        assert Action.objects.filter(case=case, kind="calendar_changed").count() == 1


def test_the_day_to_answer_by_follows_the_notice(cast, on):
    with on(datetime(2026, 12, 28, 2, tzinfo=UTC)):
        case = cast.submitted()
        before = days(case)[0]
        announce()

        assert codes.calendar().count(date(2026, 12, 28), days(case)[0]) == 5
        assert days(case)[0] > before


def test_a_day_that_no_notice_covers_yet_is_told_to_be_provisional(cast, on):
    with on(LATE_IN_THE_YEAR):
        case = cast.accepted()
        assert all("可能调整" in clock.note for clock in presenting.clocks(case))
        assert all("暂定" in clock.day for clock in presenting.clocks(case))
        assert "暂定" in cast.browser("agent").get("/cases/").content.decode()
        assert "暂定" in cast.browser("reviewer").get("/desk/cases/all/").content.decode()
        announce()

        assert not any("可能调整" in clock.note for clock in presenting.clocks(Case.objects.get(pk=case.pk)))
        assert not any("暂定" in clock.day for clock in presenting.clocks(Case.objects.get(pk=case.pk)))


def test_a_case_that_is_decided_keeps_its_days(cast, on):
    with on(LATE_IN_THE_YEAR):
        case = cast.decided()
        before = days(case)
        announce()

        assert days(case) == before


def test_lists_and_tasks_follow_and_the_record_still_agrees(cast, on):
    with on(LATE_IN_THE_YEAR):
        cases_then = [cast.accepted(), cast.submitted(), cast.accepted()]
        announce()

        for case in cases_then:
            now = Case.objects.get(pk=case.pk)
            assert {part.due_on for part in Participation.objects.filter(case=case)} == {now.watched_on}
            assert cases.projection_differences(case.pk) == []
        moved = Fact.objects.named("workflow.TasksRescheduled").get().data["moved"]
        tasks = {str(task.uid): task.due_on.isoformat() for task in Task.objects.filter(uid__in=moved)}
        assert moved == tasks


def test_a_clock_that_stood_still_is_counted_with_the_days_it_lost(cast, on):
    with on(datetime(2026, 12, 10, 2, tzinfo=UTC)):
        case = cast.accepted()
        procedure = next(iter(cases.plan_of(case.version).procedures))
        cases.begin_procedure(actor=cast.actor("approver"), uid=case.uid, procedure=procedure, days=3)
    with on(datetime(2026, 12, 15, 2, tzinfo=UTC)):
        cases.end_procedure(actor=cast.actor("approver"), uid=case.uid, result="已检验。")
        announce()

        now = Case.objects.get(pk=case.pk)
        assert (now.lost_days, codes.calendar().count(now.accepted_on, now.promised_due_on)) == (3, 8 + 3)
        assert cases.projection_differences(case.pk) == []
