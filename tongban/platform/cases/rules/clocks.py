"""How a case moves, and which days are its last. No database, no clock, no framework."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tongban.infrastructure.kernel import text
from tongban.platform.deadlines.services import Calendar, days_between, last_day


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


OPEN = frozenset({"submitted", "supplement", "accepted", "granted", "refused"})
CLOSED = frozenset({"completed", "not_accepted", "withdrawn", "lapsed", "terminated", "forwarded", "revoked"})

# Days by the day from which they count, the oldest first; none: there is no such limit.
DatedDays = tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the city may take.

    statutory_days   what the law allows, from acceptance
    promised_days    what the city promises, from acceptance; never more than the law allows
    acceptance_days  in how many working days the city must answer a submission; silence means accepted
    unit             of the first two: "workday", or "day" where the law counts calendar days
    extension_days   by how much the first may be extended, once; 0 where the law knows no extension
    supplement_days  how many working days the applicant has for a supplement, by the day it is asked for
    deferral_days    the same for materials that they promised to bring after acceptance (容缺受理)
    arrival_days     after how many working days at the latest a file that was sent counts as arrived
    """

    statutory_days: int
    promised_days: int
    acceptance_days: int = 5
    unit: str = "workday"
    extension_days: int = 0
    supplement_days: DatedDays = ()
    deferral_days: DatedDays = ()
    arrival_days: DatedDays = ()


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """Where a case stands: the projection of its actions.

    paused_on   since when a special procedure makes both clocks stand still; they have no last day until it ends
    lost_days   how many days they stood still before, in the unit of the limits
    person_asked_on   when the applicant asked for a person, after the system had decided alone
    applicant_due_on    until when the applicant has to bring what the case waits for; None where it waits for nothing
    archived_on    when its archive record was drawn up
    anew_due_on    the last day for a new decision, as it was ordered after an objection; None where none was
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
    applicant_due_on: date | None = None
    archived_on: date | None = None
    anew_due_on: date | None = None


Effect = Callable[[CaseStatus, date, Limits, Calendar], CaseStatus]


def _nothing(status: CaseStatus, _on: date, _limits: Limits, _calendar: Calendar) -> CaseStatus:
    return status


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a step does to a case.

    allowed_in   the states in which it may happen
    leads_to     the state that follows; "" leaves the state alone
    outcome      how the case ended with it; "" where it did not
    effect       what becomes of the clocks: one of the functions below
    """

    allowed_in: frozenset[str]
    leads_to: str = ""
    outcome: str = ""
    effect: Effect = _nothing


def allowed(move: Move, state: str) -> bool:
    """Say whether the step may happen to a case in that state."""
    return state in move.allowed_in


def after(status: CaseStatus, move: Move, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Return where the case stands after one more step."""
    moved = replace(status, state=move.leads_to or status.state, outcome=move.outcome or status.outcome)
    return move.effect(moved, on, limits, calendar)


def receive(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Give the window its days for an answer; a supplement starts them anew from the day it came in."""
    due_on = calendar.add(on, limits.acceptance_days)
    return replace(status, received_on=on, acceptance_due_on=due_on, applicant_due_on=None)


def expect_arrival(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Take a file that was sent as arrived on the last day on which it has to be: whoever signs late gains nothing."""
    return receive(status, _so_many_days_after(on, limits.arrival_days, calendar) or on, limits, calendar)


def arrive(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Give the office its days for an answer from the day the file came in. Source: 行政许可法 art. 32."""
    return receive(status, min(on, status.received_on or on), limits, calendar)


def ask_for_supplement(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Give the applicant their days for the supplement; afterwards the case ends."""
    return replace(status, applicant_due_on=_so_many_days_after(on, limits.supplement_days, calendar))


def await_materials(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Give the applicant their days for what they promised to bring after acceptance."""
    return replace(status, applicant_due_on=_so_many_days_after(on, limits.deferral_days, calendar))


def stop_waiting(status: CaseStatus, _on: date, _limits: Limits, _calendar: Calendar) -> CaseStatus:
    """Wait for nothing any more: what was promised is there."""
    return replace(status, applicant_due_on=None)


def _so_many_days_after(on: date, dated: DatedDays, calendar: Calendar) -> date | None:
    """Return the last of the working days that count on that day; None where there is no such limit."""
    days = [days for since, days in dated if since <= on]
    return calendar.add(on, days[-1]) if days else None


def start(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Start both clocks. Source: 行政许可法 art. 32, art. 42 and 82 (working days from acceptance)."""
    return _running(replace(status, accepted_on=on), limits, calendar)


def start_from_receipt(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Start both clocks on the day of receipt: nobody answered. Source: 行政许可法 art. 32."""
    return start(status, status.received_on or on, limits, calendar)


def extend(status: CaseStatus, _on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Move the law's last day, not the promise. Source: 行政许可法 art. 42."""
    return _running(replace(status, extended_days=limits.extension_days), limits, calendar)


def pause(status: CaseStatus, on: date, _limits: Limits, _calendar: Calendar) -> CaseStatus:
    """Pause both clocks: what follows is not counted. Source: 行政许可法 art. 45."""
    return replace(status, paused_on=on, statutory_due_on=None, promised_due_on=None)


def resume(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Let both clocks continue after a pause."""
    if status.paused_on is None:
        return status
    lost = status.lost_days + days_between(status.paused_on, on, limits.unit, calendar)
    return _running(replace(status, paused_on=None, lost_days=lost), limits, calendar)


def decide(status: CaseStatus, on: date, _limits: Limits, _calendar: Calendar) -> CaseStatus:
    """Stop both clocks for good: the case waits for nothing any more."""
    return replace(status, decided_on=on, paused_on=None, applicant_due_on=None)


def close(status: CaseStatus, _on: date, _limits: Limits, _calendar: Calendar) -> CaseStatus:
    """End a case without a decision: it waits for nothing any more."""
    return replace(status, paused_on=None, applicant_due_on=None)


def archive(status: CaseStatus, on: date, _limits: Limits, _calendar: Calendar) -> CaseStatus:
    """Put a closed case away."""
    return replace(status, archived_on=on)


def reopen(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Have a person decide again what the system decided alone."""
    return _running(
        replace(status, outcome="", decided_on=None, archived_on=None, person_asked_on=on), limits, calendar
    )


def decide_anew(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Have the office decide again, on new clocks: what was extended or stood still before is over.

    Source: 行政复议法 art. 64 and 68, 行政诉讼法 art. 70.
    """
    anew = replace(
        status,
        outcome="",
        accepted_on=on,
        decided_on=None,
        paused_on=None,
        extended_days=0,
        lost_days=0,
        person_asked_on=None,
        applicant_due_on=None,
        archived_on=None,
        anew_due_on=None,
    )
    return _running(anew, limits, calendar)


def limit_anew(status: CaseStatus, on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Make this the last day of both clocks: it was ordered."""
    return _running(replace(status, anew_due_on=on), limits, calendar)


def count_anew(status: CaseStatus, _on: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Count last days by the calendar of today."""
    return counted_anew(status, limits, calendar)


def _running(status: CaseStatus, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Return the status of an accepted case with the last days of both clocks.

    Whoever asked for a person is answered within the days in which the city answers a submission.
    """
    if status.accepted_on is None:
        return status
    if status.person_asked_on:
        due = calendar.add(status.person_asked_on, limits.acceptance_days)
        return replace(status, statutory_due_on=due, promised_due_on=due)
    if status.anew_due_on:
        return _running_as_ordered(status, status.anew_due_on, limits, calendar)
    statutory = limits.statutory_days + status.extended_days + status.lost_days
    promised = limits.promised_days + status.lost_days
    return replace(
        status,
        statutory_due_on=last_day(status.accepted_on, statutory, limits.unit, calendar),
        promised_due_on=last_day(status.accepted_on, promised, limits.unit, calendar),
    )


def _running_as_ordered(status: CaseStatus, day: date, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Return the status with the last day that was ordered; what a procedure took and an extension come on top."""
    lost, more = status.lost_days, status.extended_days
    promised = last_day(day, lost, limits.unit, calendar) if lost else day
    statutory = last_day(day, lost + more, limits.unit, calendar) if lost + more else day
    return replace(status, statutory_due_on=statutory, promised_due_on=promised)


def counted_anew(status: CaseStatus, limits: Limits, calendar: Calendar) -> CaseStatus:
    """Return where an open case stands by the calendar of today: last days still to come may have moved."""
    if status.state == "submitted" and status.received_on:
        return replace(status, acceptance_due_on=calendar.add(status.received_on, limits.acceptance_days))
    return _running(status, limits, calendar) if status.state == "accepted" and not status.paused_on else status


def case_number(typed: str) -> str:
    """Return a case's number as it is saved, however its hyphens, width and spaces were typed; else what was typed."""
    parts = re.fullmatch("([0-9]{6})([0-9]{8})([0-9A-Z]{7})", text.compact(typed))
    return "-".join(parts.groups()) if parts else text.identifier(typed)


def project(moves: Iterable[tuple[Move, date]], limits: Limits, calendar: Calendar) -> CaseStatus:
    """Recompute where a case stands from what was done to it, oldest first."""
    status = CaseStatus()
    for move, on in moves:
        status = after(status, move, on, limits, calendar)
    return status
