"""A row is what its actions say: over thousands of histories, over real cases, and mended where somebody broke it."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.infrastructure.journal.models import Fact
from tongban.platform.cases import rules, steps
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Participation
from tongban.platform.cases.tests.test_rules import CALENDAR, OFF, WORKED

LIMITS = rules.Limits(20, 8, extension_days=10, supplement_days=((date.min, 30),), deferral_days=((date.min, 10),))
FIRST = date(2026, 3, 2)
History = list[tuple[str, date]]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Give what may happen to a case, in an order that the rules allow, on days that follow each other."""
    state, day, done = "draft", FIRST, []
    for _step in range(draw(st.integers(1, 14))):
        possible = sorted(kind for kind in steps.STEPS if steps.is_allowed(kind, state))
        if not possible:
            break
        kind = draw(st.sampled_from(possible))
        day += timedelta(days=draw(st.integers(0, 20)))
        done.append((kind, day))
        state = steps.STEPS[kind].leads_to or state
    return done


def walked(done: History) -> rules.CaseStatus:
    """Return where a case stands that was moved step by step, as the verbs do it."""
    status = rules.CaseStatus()
    for kind, on in done:
        assert rules.allowed(steps.STEPS[kind], status.state)
        status = rules.after(status, steps.STEPS[kind], on, LIMITS, CALENDAR)
    return status


def workdays_after(day: date, number: int) -> date:
    """Count working days one by one, by the notice alone."""
    while number:
        day += timedelta(days=1)
        number -= (day in WORKED or day.weekday() < 5) and day not in OFF
    return day


def workdays_between(first: date, last: date) -> int:
    days = (first + timedelta(days=number + 1) for number in range((last - first).days))
    return sum((day in WORKED or day.weekday() < 5) and day not in OFF for day in days)


def lost(done: History) -> int:
    """Return for how many working days the clocks stood still, pause by pause."""
    total, since = 0, None
    for kind, on in done:
        effect = steps.STEPS[kind].effect
        if effect is rules.pause:
            since = on
        elif effect is rules.resume and since is not None:
            total, since = total + workdays_between(since, on), None
    return total


def latest(done: History) -> History:
    """Return what was done since the decision had to be made anew, that order included; all of it where it had not."""
    orders = [index for index, (kind, _on) in enumerate(done) if kind == "decision_reopened"]
    return done[orders[-1] :] if orders else done


def clock_days(history: History) -> Iterator[tuple[str, date]]:
    """Say by a slow way of its own which last days an open case has."""
    status, done = walked(history), latest(history)
    ordered = [on for kind, on in done if kind == "anew_limited"]
    if ordered and status.state == "accepted" and not status.paused_on and not status.person_asked_on:
        stood = lost(done)
        extended = LIMITS.extension_days if any(kind == "extended" for kind, _on in done) else 0
        yield "promised_due_on", workdays_after(ordered[-1], stood)
        yield "statutory_due_on", workdays_after(ordered[-1], extended + stood)
        return
    if status.state == "accepted" and not status.paused_on and not status.person_asked_on and status.accepted_on:
        stood = lost(done)
        extended = LIMITS.extension_days if any(kind == "extended" for kind, _on in done) else 0
        yield "promised_due_on", workdays_after(status.accepted_on, LIMITS.promised_days + stood)
        yield "statutory_due_on", workdays_after(status.accepted_on, LIMITS.statutory_days + extended + stood)
    if status.state == "submitted" and status.received_on:
        yield "acceptance_due_on", workdays_after(status.received_on, LIMITS.acceptance_days)
    if status.state == "supplement":
        asked = [on for kind, on in done if kind == "supplement_requested"][-1]
        yield "applicant_due_on", workdays_after(asked, 30)


def must_agree(done: History) -> None:
    status = walked(done)
    assert steps.project(done, LIMITS, CALENDAR) == status
    assert {name: asdict(status)[name] for name, _day in clock_days(done)} == dict(clock_days(done))
    if status.state in rules.CLOSED:
        assert (status.paused_on, status.applicant_due_on) == (None, None)
    else:
        assert status.archived_on is None


@settings(max_examples=300, deadline=None)
@given(histories())
def test_a_row_is_the_projection_of_its_history(done):
    must_agree(done)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(histories())
def test_so_it_is_in_ten_thousand_histories(done):
    must_agree(done)


def test_another_projection_is_seen():
    done = [("submitted", FIRST), ("accepted", FIRST)]

    assert replace(walked(done), lost_days=1) != steps.project(done, LIMITS, CALENDAR)


def test_no_case_of_the_city_differs(cast):
    for case in (cast.decided(), cast.decided(granted=False), cast.accepted(), cast.submitted()):
        assert cases.projection_differences(case.pk) == []
    out = StringIO()
    call_command("cases", "rebuild", stdout=out)

    assert out.getvalue() == "0 differences\n"


def test_what_somebody_broke_is_told_and_only_mended_when_asked(cast):
    case = cast.accepted()
    Case.objects.filter(pk=case.pk).update(promised_due_on=None, lost_days=3)
    Participation.objects.filter(case=case).update(state="submitted")
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("cases", "rebuild", stdout=out)
    assert "promised_due_on is None" in out.getvalue()
    assert "participation.state is submitted" in out.getvalue()
    assert Case.objects.get(pk=case.pk).lost_days == 3

    call_command("cases", "rebuild", "--write", stdout=out)

    assert Case.objects.get(pk=case.pk).promised_due_on == case.promised_due_on
    assert {part.state for part in Participation.objects.filter(case=case)} == {"accepted"}
    assert cases.projection_differences(case.pk) == []
    told = Fact.objects.about(case.subject).get(name="cases.CaseRebuilt")
    assert told.data["fields"] == ["lost_days", "participation.state", "promised_due_on"]
