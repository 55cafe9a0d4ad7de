"""A changed rule moves last days of open cases: a fact each, and a message where a promise moves."""

from datetime import UTC, datetime, time

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.tests.test_switching import newest, published  # noqa: F401
from tongban.platform.notices.models import Notice
from tongban.platform.workflow.models import Task

pytestmark = pytest.mark.django_db


def limits(promised: int, accepted_from: str = "2026-01-01") -> dict:
    rule = f'\n[limits.open_cases]\naccepted_from = {accepted_from}\nsource = "承诺时限表（2026年修订）"\n\n[fee]\n'
    pairs = [(r"promised_days = \d+", f"promised_days = {promised}"), (r"\n\[fee\]\n", rule)]
    return {"service_toml": pairs}


def the(three, name: str) -> Case:
    return Case.objects.get_with_related(three.keys[name])


def told(case: Case) -> list[str]:
    return [action.kind for action in Action.objects.of(case) if action.kind in {"promise_changed", "limits_changed"}]


def test_a_longer_promise_moves_open_cases_once_and_is_told(three, published):  # noqa: F811
    before = the(three, "accepted")
    published(**limits(9))
    jobs.run_all()
    jobs.run_all()

    case = the(three, "accepted")
    assert case.limited_by == newest()
    assert case.version == before.version
    assert case.promised_due_on > before.promised_due_on
    assert case.statutory_due_on == before.statutory_due_on
    assert told(case) == ["promise_changed"]
    assert Fact.objects.filter(name="cases.CaseLimitsChanged", subject=case.subject).count() == 1
    told_by = Notice.objects.filter(key__startswith=f"case:{case.pk}:promise_changed")
    assert "承诺办结日期调整" in told_by.get().title
    assert cases.projection_differences(case.pk) == []
    assert list(cases.all_differences()) == []
    assert {task.due_on for task in Task.objects.of(case.subject).open()} & {before.promised_due_on} == set()


def test_who_was_accepted_before_the_day_keeps_their_days(three, published):  # noqa: F811
    before = the(three, "accepted")
    published(**limits(9, "2099-06-01"))
    jobs.run_all()

    case = the(three, "accepted")
    assert (case.limited_by, case.promised_due_on) == (None, before.promised_due_on)


def test_a_case_that_is_still_to_be_accepted_gets_the_new_days_with_acceptance(three, published):  # noqa: F811
    published(**limits(9))
    jobs.run_all()

    case = the(three, "submitted")
    assert case.limited_by == newest()
    assert told(case) == ["limits_changed"]
    assert cases.projection_differences(case.pk) == []


def test_a_shorter_promise_makes_nobody_late_at_once(three, published):  # noqa: F811
    before = the(three, "accepted")
    with clock.at(datetime.combine(before.promised_due_on, time(2), UTC)):
        published(**limits(5))
        jobs.run_all()

    assert the(three, "accepted").limited_by is None
    assert told(before) == []
