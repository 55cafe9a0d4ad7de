"""How a case moves, and what its clocks say; the vectors of the field."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform.cases import rules, steps
from tongban.platform.codes.rules import Calendar

# 2026 as the notice of the State Council gives it.
OFF = [
    *[date(2026, 1, day) for day in (1, 2, 3)],
    *[date(2026, 2, day) for day in range(15, 24)],
    *[date(2026, 4, day) for day in (4, 5, 6)],
    *[date(2026, 5, day) for day in range(1, 6)],
    *[date(2026, 6, day) for day in (19, 20, 21)],
    *[date(2026, 9, day) for day in (25, 26, 27)],
    *[date(2026, 10, day) for day in range(1, 8)],
]
WORKED = [
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]
CALENDAR = Calendar(frozenset(OFF), frozenset(WORKED), date(2026, 12, 31))
LIMITS = rules.Limits(statutory_days=20, promised_days=8)


def status(*actions: tuple[str, date]) -> rules.CaseStatus:
    return steps.project(actions, LIMITS, CALENDAR)


def test_both_clocks_start_with_acceptance():
    case = status(("submitted", date(2026, 2, 27)), ("accepted", date(2026, 3, 2)))

    assert case.statutory_due_on == date(2026, 3, 30)
    assert case.promised_due_on == date(2026, 3, 12)


def test_the_day_of_receipt_counts_when_nobody_answered():
    case = status(("submitted", date(2026, 9, 29)), ("deemed_accepted", date(2026, 10, 13)))

    assert case.acceptance_due_on == date(2026, 10, 12)
    assert case.accepted_on == date(2026, 9, 29)
    assert case.statutory_due_on == date(2026, 11, 2)


def test_a_supplement_starts_the_five_days_anew():
    case = status(
        ("submitted", date(2026, 3, 2)),
        ("supplement_requested", date(2026, 3, 4)),
        ("supplemented", date(2026, 3, 10)),
    )

    assert case.state == "submitted"
    assert case.received_on == date(2026, 3, 10)
    assert case.acceptance_due_on == date(2026, 3, 17)


def test_a_refusal_is_kept_as_the_outcome_when_the_case_is_completed():
    day = date(2026, 3, 2)
    case = status(("submitted", day), ("accepted", day), ("refused", day), ("completed", day))

    assert (case.state, case.outcome) == ("completed", "refused")


def test_an_extension_moves_the_law_and_not_the_promise():
    limits = rules.Limits(statutory_days=20, promised_days=8, extension_days=10)
    case = steps.project([("accepted", date(2026, 3, 2)), ("extended", date(2026, 3, 20))], limits, CALENDAR)

    assert case.statutory_due_on == date(2026, 4, 14)
    assert case.promised_due_on == date(2026, 3, 12)


def test_what_a_special_procedure_takes_is_not_counted():
    accepted, begun, ended = date(2026, 3, 2), date(2026, 3, 10), date(2026, 3, 24)
    paused = status(("accepted", accepted), ("procedure_begun", begun))
    over = status(("accepted", accepted), ("procedure_begun", begun), ("procedure_ended", ended))

    assert (paused.statutory_due_on, paused.promised_due_on, paused.paused_on) == (None, None, begun)
    assert (over.statutory_due_on, over.promised_due_on, over.lost_days) == (date(2026, 4, 14), date(2026, 3, 26), 10)


def test_a_case_that_is_taken_back_waits_for_nothing():
    day = date(2026, 3, 2)
    case = status(("accepted", day), ("procedure_begun", day), ("withdrawn", day))

    assert (case.state, case.paused_on) == ("withdrawn", None)


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("accepted", "supplement"),
        ("granted", "submitted"),
        ("withdrawn", "granted"),
        ("submitted", "submitted"),
        ("supplement_requested", "accepted"),
        ("completed", "accepted"),
    ],
)
def test_steps_out_of_order_are_not_allowed(action, state):
    assert not steps.is_allowed(action, state)


@given(st.lists(st.sampled_from(sorted(steps.STEPS)), max_size=12))
def test_no_row_of_allowed_steps_leaves_the_known_states(taken):
    case, day = rules.CaseStatus(), date(2026, 3, 2)
    for step in taken:
        if steps.is_allowed(step, case.state):
            case = rules.after(case, steps.STEPS[step], day, LIMITS, CALENDAR)

    assert case.state in {"draft"} | rules.OPEN | rules.CLOSED
    assert case.state not in {"accepted", "granted", "refused"} or case.promised_due_on or case.paused_on
