"""What may happen to a case in each state, where it leads, and what becomes of every last day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform.cases import rules, steps
from tongban.platform.cases.tests.test_rules import CALENDAR

MONDAY, FRIDAY, SATURDAY, NEXT_MONDAY = date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)
LIMITS = rules.Limits(
    statutory_days=20,
    promised_days=8,
    extension_days=10,
    supplement_days=((date(2020, 1, 1), 30), (date(2026, 1, 1), 15)),
    deferral_days=((date(2026, 1, 1), 5),),
)
BY_DAYS = replace(LIMITS, unit="day")

CLOSED = {"completed", "not_accepted", "withdrawn", "lapsed", "terminated", "forwarded", "revoked"}
# What may happen to a case that is not closed yet, in each of its states.
FOLLOWS = {
    "draft": {"submitted"},
    "submitted": {
        "accepted",
        "deemed_accepted",
        "not_accepted",
        "supplement_requested",
        "withdrawn",
        "terminated",
        "commitment_made",
        "deferral_promised",
        "facts_renewed",
        "calendar_changed",
    },
    "supplement": {"supplemented", "lapsed", "not_accepted", "withdrawn", "terminated", "reminded", "facts_renewed"},
    "accepted": {
        "fee_lapsed",
        "opinion_given",
        "granted",
        "deemed_granted",
        "refused",
        "withdrawn",
        "deemed_withdrawn",
        "terminated",
        "forwarded",
        "extended",
        "procedure_begun",
        "procedure_ended",
        "hearing_offered",
        "hearing_asked",
        "hearing_waived",
        "hearing_called",
        "hearing_held",
        "deferral_begun",
        "deferral_ended",
        "visit_proposed",
        "visit_countered",
        "visit_agreed",
        "reminded",
        "facts_renewed",
        "calendar_changed",
    },
    "granted": {"completed", "delivered"},
    "refused": {"completed", "delivered"},
}
# Besides putting it away and handing over its papers.
AFTER_THE_END = {
    "completed": {
        *("person_asked_for", "commitment_kept", "revoked"),
        *("annulled", "decision_struck", "decision_reopened"),
    },
    **{key: {"decision_reopened"} for key in ("not_accepted", "terminated", "revoked")},
}


# An aside moves nothing; which of them there are is the business of whoever writes them.
NAMED = set().union(*FOLLOWS.values(), *AFTER_THE_END.values(), {"archived", "delivered"})


@pytest.mark.parametrize("state", [*FOLLOWS, *sorted(CLOSED)])
def test_in_each_state_only_what_the_law_knows_may_follow(state):
    wanted = FOLLOWS[state] if state in FOLLOWS else {"archived", "delivered", *AFTER_THE_END.get(state, ())}

    may = {kind for kind in steps.STEPS if steps.is_allowed(kind, state)}
    assert {kind for kind in may if kind in NAMED or steps.STEPS[kind].leads_to} == wanted


def test_every_state_is_either_open_or_closed():
    assert rules.CLOSED == CLOSED
    assert set(FOLLOWS) - {"draft"} == rules.OPEN


# What ends a case, and what it is called afterwards.
@pytest.mark.parametrize(
    ("kind", "state", "outcome"),
    [
        ("granted", "granted", "granted"),
        ("deemed_granted", "granted", "granted"),
        ("refused", "refused", "refused"),
        ("not_accepted", "not_accepted", "not_accepted"),
        ("withdrawn", "withdrawn", "withdrawn"),
        ("deemed_withdrawn", "withdrawn", "withdrawn"),
        ("lapsed", "lapsed", "lapsed"),
        ("terminated", "terminated", "terminated"),
        ("forwarded", "forwarded", "forwarded"),
        ("revoked", "revoked", "revoked"),
        ("annulled", "revoked", "revoked"),
        ("decision_struck", "revoked", "revoked"),
        ("decision_reopened", "accepted", ""),
        ("completed", "completed", "before"),
        ("person_asked_for", "accepted", ""),
    ],
)
def test_an_end_names_the_outcome_and_no_other_step_does(kind, state, outcome):
    before = rules.CaseStatus(state="accepted", outcome="before", accepted_on=MONDAY)

    moved = rules.after(before, steps.STEPS[kind], FRIDAY, LIMITS, CALENDAR)

    assert (moved.state, moved.outcome) == (state, outcome)


@pytest.mark.parametrize(
    "kind",
    [
        "opinion_given",
        "extended",
        "procedure_begun",
        "procedure_ended",
        "hearing_offered",
        "hearing_asked",
        "hearing_held",
        "deferral_begun",
        "deferral_ended",
        "visit_proposed",
        "reminded",
        "facts_renewed",
        "delivered",
        "archived",
        "commitment_made",
        "commitment_kept",
        "calendar_changed",
    ],
)
def test_whatever_else_happens_leaves_state_and_outcome_alone(kind):
    before = rules.CaseStatus(state="accepted", outcome="before", accepted_on=MONDAY)

    moved = rules.after(before, steps.STEPS[kind], FRIDAY, LIMITS, CALENDAR)

    assert (moved.state, moved.outcome) == ("accepted", "before")


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (MONDAY, 5, NEXT_MONDAY),
        (MONDAY, 1, date(2026, 3, 3)),
        (FRIDAY, 1, NEXT_MONDAY),
        (SATURDAY, 1, NEXT_MONDAY),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 9, 30), 5, date(2026, 10, 13)),
    ],
)
def test_the_window_answers_within_working_days_that_begin_on_the_day_after(received, days, due):
    waiting = rules.CaseStatus(applicant_due_on=FRIDAY)

    case = rules.receive(waiting, received, replace(LIMITS, acceptance_days=days), CALENDAR)

    assert case == rules.CaseStatus(received_on=received, acceptance_due_on=due)


@pytest.mark.parametrize(
    ("asked_on", "dated", "due"),
    [
        (MONDAY, ((date(2020, 1, 1), 30), (date(2026, 3, 2), 15)), date(2026, 3, 23)),
        (date(2026, 3, 1), ((date(2020, 1, 1), 30), (date(2026, 3, 2), 15)), date(2026, 4, 13)),
        (MONDAY, ((date(2026, 3, 3), 15),), None),
        (MONDAY, (), None),
    ],
)
@pytest.mark.parametrize("effect", ["supplement", "deferral"])
def test_the_applicant_has_the_days_that_were_in_force_when_they_were_asked(effect, asked_on, dated, due):
    if effect == "supplement":
        case = rules.ask_for_supplement(rules.CaseStatus(), asked_on, replace(LIMITS, supplement_days=dated), CALENDAR)
    else:
        case = rules.await_materials(rules.CaseStatus(), asked_on, replace(LIMITS, deferral_days=dated), CALENDAR)

    assert case == rules.CaseStatus(applicant_due_on=due)


def accepted(limits: rules.Limits = LIMITS, **changes) -> rules.CaseStatus:
    return replace(rules.start(rules.CaseStatus(state="accepted"), MONDAY, limits, CALENDAR), **changes)


@pytest.mark.parametrize(
    ("limits", "statutory", "promised"),
    [
        (LIMITS, date(2026, 3, 30), date(2026, 3, 12)),
        (BY_DAYS, date(2026, 3, 23), date(2026, 3, 10)),
        (replace(LIMITS, promised_days=0), date(2026, 3, 30), MONDAY),
        (replace(BY_DAYS, promised_days=5), date(2026, 3, 23), NEXT_MONDAY),
    ],
)
def test_both_clocks_run_from_acceptance_in_the_unit_of_the_law(limits, statutory, promised):
    case = accepted(limits)

    assert (case.accepted_on, case.statutory_due_on, case.promised_due_on) == (MONDAY, statutory, promised)


@pytest.mark.parametrize(
    ("received", "accepted_on"), [(MONDAY, MONDAY), (None, FRIDAY), (date(2026, 2, 28), date(2026, 2, 28))]
)
def test_silence_accepts_as_of_the_day_of_receipt(received, accepted_on):
    case = rules.start_from_receipt(rules.CaseStatus(received_on=received), FRIDAY, LIMITS, CALENDAR)

    assert case.accepted_on == accepted_on


@pytest.mark.parametrize(("limits", "statutory"), [(LIMITS, date(2026, 4, 14)), (BY_DAYS, date(2026, 4, 1))])
def test_an_extension_is_counted_from_acceptance_and_moves_the_law_alone(limits, statutory):
    before = accepted(limits)

    after = rules.extend(before, FRIDAY, limits, CALENDAR)

    assert after == replace(before, extended_days=10, statutory_due_on=statutory)
    assert rules.extend(after, FRIDAY, limits, CALENDAR) == after


@pytest.mark.parametrize(
    ("limits", "begun", "ended", "lost"),
    [
        (LIMITS, FRIDAY, NEXT_MONDAY, 1),
        (LIMITS, FRIDAY, FRIDAY, 0),
        (LIMITS, FRIDAY, SATURDAY, 0),
        (BY_DAYS, FRIDAY, NEXT_MONDAY, 3),
        (LIMITS, date(2026, 4, 3), date(2026, 4, 7), 1),
    ],
)
def test_what_a_pause_takes_is_added_to_both_clocks(limits, begun, ended, lost):
    paused = rules.pause(accepted(limits), begun, limits, CALENDAR)
    assert (paused.paused_on, paused.statutory_due_on, paused.promised_due_on) == (begun, None, None)

    case = rules.resume(paused, ended, limits, CALENDAR)

    longer = replace(limits, statutory_days=limits.statutory_days + lost, promised_days=limits.promised_days + lost)
    assert (case.lost_days, case.paused_on) == (lost, None)
    assert (case.statutory_due_on, case.promised_due_on) == (
        accepted(longer).statutory_due_on,
        accepted(longer).promised_due_on,
    )


def test_two_pauses_add_up_and_what_never_paused_is_left_alone():
    once = rules.resume(rules.pause(accepted(), FRIDAY, LIMITS, CALENDAR), NEXT_MONDAY, LIMITS, CALENDAR)
    twice = rules.resume(rules.pause(once, NEXT_MONDAY, LIMITS, CALENDAR), date(2026, 3, 11), LIMITS, CALENDAR)

    assert (once.lost_days, twice.lost_days) == (1, 3)
    assert rules.resume(accepted(), FRIDAY, LIMITS, CALENDAR) == accepted()


@pytest.mark.parametrize("unit", ["workday", "day"])
@given(st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_however_often_a_case_pauses_it_loses_the_days_it_stood_still(unit, gaps):
    limits = replace(LIMITS, unit=unit)
    day, case, lost = MONDAY, accepted(limits), 0
    for number, gap in enumerate(gaps):
        before, day = day, day + timedelta(days=gap)
        if case.paused_on is None:
            case = rules.pause(case, day, limits, CALENDAR)
        else:
            case = rules.resume(case, day, limits, CALENDAR)
            lost += CALENDAR.count(before, day) if unit == "workday" else gap
        assert (case.promised_due_on is None) is (number % 2 == 0)
    assert case.lost_days == lost


@pytest.mark.parametrize(
    ("effect", "wanted"),
    [
        (rules.decide, {"decided_on": FRIDAY, "paused_on": None, "applicant_due_on": None}),
        (rules.close, {"paused_on": None, "applicant_due_on": None}),
        (rules.archive, {"archived_on": FRIDAY}),
        (rules.stop_waiting, {"applicant_due_on": None}),
    ],
)
def test_an_end_waits_for_nothing_and_keeps_the_last_days(effect, wanted):
    before = accepted(paused_on=MONDAY, applicant_due_on=FRIDAY, extended_days=3, lost_days=2)

    assert effect(before, FRIDAY, LIMITS, CALENDAR) == replace(before, **wanted)


def test_whoever_asks_for_a_person_is_answered_within_the_days_of_the_window():
    before = accepted(outcome="granted", decided_on=MONDAY, archived_on=MONDAY)

    case = rules.reopen(before, FRIDAY, LIMITS, CALENDAR)

    assert (case.outcome, case.decided_on, case.archived_on) == ("", None, None)
    assert case.person_asked_on == FRIDAY
    assert case.statutory_due_on == case.promised_due_on == date(2026, 3, 13)


@pytest.mark.parametrize(
    ("case", "moved"),
    [
        (rules.CaseStatus(state="submitted", received_on=MONDAY), {"acceptance_due_on": NEXT_MONDAY}),
        (rules.CaseStatus(state="submitted"), {}),
        (
            rules.CaseStatus(state="accepted", accepted_on=MONDAY, lost_days=1, extended_days=1),
            {"statutory_due_on": date(2026, 4, 1), "promised_due_on": date(2026, 3, 13)},
        ),
        (rules.CaseStatus(state="accepted", accepted_on=MONDAY, paused_on=FRIDAY), {}),
        (rules.CaseStatus(state="accepted"), {}),
        (rules.CaseStatus(state="supplement", received_on=MONDAY), {}),
        (rules.CaseStatus(state="granted", accepted_on=MONDAY), {}),
        (rules.CaseStatus(state="completed", accepted_on=MONDAY, received_on=MONDAY), {}),
    ],
)
def test_a_new_calendar_moves_only_last_days_that_are_still_to_come(case, moved):
    assert rules.counted_anew(case, LIMITS, CALENDAR) == replace(case, **moved)
    assert rules.count_anew(case, FRIDAY, LIMITS, CALENDAR) == replace(case, **moved)


@pytest.mark.parametrize(
    ("points", "questions", "materials"),
    [
        ([], frozenset(), set()),
        ([{"material": "plan"}], frozenset(), {"plan"}),
        ([{"material": "plan"}, {"material": "plan"}, {"material": "rules"}], frozenset(), {"plan", "rules"}),
        ([{"material": ""}], None, set()),
        ([{"material": "", "questions": []}], None, set()),
        ([{"questions": ["area"]}], {"area"}, set()),
        ([{"questions": ["area"]}, {"questions": ["name", "area"]}], {"area", "name"}, set()),
        ([{"questions": ["area"]}, {"material": ""}], None, set()),
        ([{"questions": ["area"]}, {"material": "plan"}], {"area"}, {"plan"}),
    ],
)
def test_a_supplement_opens_what_its_points_name(points, questions, materials):
    scope = rules.scope_of(iter(points))

    assert (scope.questions, scope.materials) == (questions, materials)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("990100-20260302-AB3DE7F", "990100-20260302-AB3DE7F"),
        ("99010020260302ab3de7f", "990100-20260302-AB3DE7F"),
        (" ９９０１００－２０２６０３０２－ＡＢ３ＤＥ７Ｆ ", "990100-20260302-AB3DE7F"),
        ("990100 20260302 AB3DE7F", "990100-20260302-AB3DE7F"),
        ("990100-20260302-AB3DE7", "990100-20260302-AB3DE7"),
        ("990100-20260302-AB3DE7FF", "990100-20260302-AB3DE7FF"),
        ("yz-nosuch", "YZ-NOSUCH"),
        ("", ""),
    ],
)
def test_a_number_is_read_however_it_was_typed(typed, number):
    assert rules.case_number(typed) == number


@given(st.lists(st.tuples(st.sampled_from(sorted(steps.STEPS)), st.integers(0, 20)), max_size=14))
def test_where_a_case_stands_follows_from_its_steps_one_after_another(taken):
    """Recomputing the whole record gives what the case came to step by step: the two can never differ."""
    case, day, done = rules.CaseStatus(), MONDAY, []
    for kind, gap in taken:
        if steps.is_allowed(kind, case.state):
            day += timedelta(days=gap)
            case = rules.after(case, steps.STEPS[kind], day, LIMITS, CALENDAR)
            done.append((kind, day))

    assert steps.project(done, LIMITS, CALENDAR) == case
    assert not case.outcome or case.state in rules.CLOSED | {"granted", "refused"}
