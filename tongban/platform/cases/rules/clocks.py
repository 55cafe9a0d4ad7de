"""How a case moves, and which days are its last. No database, no clock, no framework."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tongban.infrastructure.kernel import text
from tongban.platform.deadlines.services import Calendar, days_between, last_day

# action -> (states it is allowed in, state it leads to; "" leaves the state alone)
STEPS: Mapping[str, tuple[frozenset[str], str]] = {
    "submitted": (frozenset({"draft"}), "submitted"),
    "supplement_requested": (frozenset({"submitted"}), "supplement"),
    "supplemented": (frozenset({"supplement"}), "submitted"),
    "accepted": (frozenset({"submitted"}), "accepted"),
    "deemed_accepted": (frozenset({"submitted"}), "accepted"),
    "not_accepted": (frozenset({"submitted", "supplement"}), "not_accepted"),
    "opinion_given": (frozenset({"accepted"}), ""),
    "extended": (frozenset({"accepted"}), ""),
    "visit_proposed": (frozenset({"accepted"}), ""),
    "visit_agreed": (frozenset({"accepted"}), ""),
    "visit_countered": (frozenset({"accepted"}), ""),
    "procedure_begun": (frozenset({"accepted"}), ""),
    "procedure_ended": (frozenset({"accepted"}), ""),
    "granted": (frozenset({"accepted"}), "granted"),
    "refused": (frozenset({"accepted"}), "refused"),
    "completed": (frozenset({"granted", "refused"}), "completed"),
    "person_asked_for": (frozenset({"completed"}), "accepted"),
    "withdrawn": (frozenset({"submitted", "supplement", "accepted"}), "withdrawn"),
    "facts_renewed": (frozenset({"submitted", "supplement", "accepted"}), ""),
    "calendar_changed": (frozenset({"submitted", "accepted"}), ""),
}


@dataclass(frozen=True, slots=True)
class SupplementScope:
    """What a request for a supplement opens; everything else stays as it was handed in.

    questions   names of those that may be answered anew; None: all of them
    materials   codes of the lines whose papers may be changed
    """

    questions: frozenset[str] | None
    materials: frozenset[str]


def scope_of(points: Iterable[Mapping[str, Any]]) -> SupplementScope:
    """Return what the points of a request open. A point about the form that names no question opens all of them."""
    points = list(points)
    of_form = [point.get("questions") or () for point in points if not point.get("material")]
    named = frozenset(str(name) for names in of_form for name in names)
    return SupplementScope(
        questions=named if all(of_form) else None,
        materials=frozenset(str(point["material"]) for point in points if point.get("material")),
    )


# What the house does on the side: no answer depends on it, so whoever has the case on the screen may still give theirs.
BACKGROUND_STEPS = frozenset({"calendar_changed", "visit_proposed", "visit_agreed", "visit_countered"})

OPEN = frozenset({"submitted", "supplement", "accepted", "granted", "refused"})
CLOSED = frozenset({"completed", "not_accepted", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the city may take.

    statutory_days   what the law allows, from acceptance
    promised_days    what the city promises, from acceptance; never more than the law allows
    acceptance_days  in how many working days the city must answer a submission; silence means accepted
    unit             of the first two: "workday", or "day" where the law counts calendar days
    extension_days   by how much the first may be extended, once; 0 where the law knows no extension
    """

    statutory_days: int
    promised_days: int
    acceptance_days: int = 5
    unit: str = "workday"
    extension_days: int = 0


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """Where a case stands: the projection of its actions.

    paused_on   since when a special procedure makes both clocks stand still; they have no last day until it ends
    lost_days   how many days they stood still before, in the unit of the limits
    person_asked_on   when the applicant asked for a person, after the system had decided alone
    """

    state: str = "draft"
    outcome: str = ""
    received_on: date | None = None
    acceptance_due_on: date | None = None
    accepted_on: date | None = None
    statutory_due_on: date | None = None
    promised_due_on: date | None = None
    decided_on: date | None = None
    paused_on: date | None = None
    extended_days: int = 0
    lost_days: int = 0
    person_asked_on: date | None = None


def allowed(action: str, state: str) -> bool:
    """Say whether the action may happen to a case in that state."""
    return state in STEPS[action][0]


def after(status: CaseStatus, action: str, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Return where the case stands after one more action.

    A supplement starts the five days anew from the day it came in; a deemed acceptance counts from the day of receipt.
    An extension moves the law's last day, not the promise. What a special procedure takes is not counted.
    Source: 行政许可法 art. 32 (acceptance, silence), art. 42 and 82 (working days from acceptance, extension), art. 45.
    """
    target = STEPS[action][1]
    status = replace(status, state=target or status.state)
    if action in {"submitted", "supplemented"}:
        due = calendar.add(on, limits.acceptance_days)
        return replace(status, received_on=on, acceptance_due_on=due)
    if action in {"accepted", "deemed_accepted"}:
        start = status.received_on if action == "deemed_accepted" and status.received_on else on
        return _running(replace(status, accepted_on=start), limits, calendar)
    if action == "extended":
        return _running(replace(status, extended_days=limits.extension_days), limits, calendar)
    if action == "procedure_begun":
        return replace(status, paused_on=on, statutory_due_on=None, promised_due_on=None)
    if action == "procedure_ended" and status.paused_on:
        lost = status.lost_days + days_between(status.paused_on, on, limits.unit, calendar)
        return _running(replace(status, paused_on=None, lost_days=lost), limits, calendar)
    if action == "person_asked_for":
        return _running(replace(status, outcome="", decided_on=None, person_asked_on=on), limits, calendar)
    if action == "calendar_changed":
        return counted_anew(status, limits, calendar)
    if action in {"granted", "refused"}:
        return replace(status, outcome=action, decided_on=on)
    if action in {"not_accepted", "withdrawn"}:
        return replace(status, outcome=action, paused_on=None)
    return status


def _running(status: CaseStatus, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Return the status of an accepted case with the last days of both clocks.

    Whoever asked for a person is answered within the days in which the city answers a submission.
    """
    if status.accepted_on is None:
        return status
    if status.person_asked_on:
        due = calendar.add(status.person_asked_on, limits.acceptance_days)
        return replace(status, statutory_due_on=due, promised_due_on=due)
    statutory = limits.statutory_days + status.extended_days + status.lost_days
    promised = limits.promised_days + status.lost_days
    return replace(
        status,
        statutory_due_on=last_day(status.accepted_on, statutory, limits.unit, calendar),
        promised_due_on=last_day(status.accepted_on, promised, limits.unit, calendar),
    )


def counted_anew(status: CaseStatus, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Return where an open case stands by the calendar of today: last days still to come may have moved."""
    if status.state == "submitted" and status.received_on:
        return replace(status, acceptance_due_on=calendar.add(status.received_on, limits.acceptance_days))
    return _running(status, limits, calendar) if status.state == "accepted" and not status.paused_on else status


def case_number(typed: str) -> str:
    """Return a case's number as it is saved, however its hyphens, width and spaces were typed; else what was typed."""
    parts = re.fullmatch("([0-9]{6})([0-9]{8})([0-9A-Z]{7})", text.compact(typed))
    return "-".join(parts.groups()) if parts else text.identifier(typed)


def project(actions: Iterable[tuple[str, date]], limits: Limits, calendar: Calendar) -> CaseStatus:
    """Recompute where a case stands from its actions, oldest first."""
    status = CaseStatus()
    for action, on in actions:
        status = after(status, action, on, limits, calendar)
    return status


def required(lines: Iterable[Mapping[str, Any]], relevant: Iterable[str]) -> list[Mapping[str, Any]]:
    """Return the material lines that this applicant must hand in. relevant: codes whose condition holds."""
    codes = set(relevant)
    return [line for line in lines if line["code"] in codes and line.get("required", True)]
