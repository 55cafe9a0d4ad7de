"""What supervision finds in one case. Each rule is a function; `detect` asks those that are in force."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tongban.applications.oversight.rules.irregularities import CardFinding, Occurrence, grouped
from tongban.applications.oversight.rules.terms import SupervisionTerms
from tongban.platform.cases.services.history import CaseHistory, ClockSpan, DoneAction, TableDifference
from tongban.platform.deadlines.services import Calendar, days_between

DAY = timedelta(days=1)
DECISIONS = ("granted", "refused")


@dataclass(frozen=True)
class TaskTime:
    """One task of a case and its days.

    dues        from which day on which day was its last, None while the clock stood still; the oldest first
    claims      from which day on who had signed for it: account and name, None and "" while nobody had
    closed_on   when it was done or taken off the desk, None while it is open
    """

    key: str
    title: str
    kind: str
    department: int
    opened_at: datetime
    closed_on: date | None
    dues: tuple[tuple[date, date | None], ...]
    claims: tuple[tuple[date, int | None, str], ...] = ()

    def due(self, day: date) -> date | None:
        """Return its last day as it was at the beginning of a day."""
        known = [due for since, due in self.dues if since < day]
        return known[-1] if known else None

    def holder(self, day: date) -> tuple[int | None, str]:
        """Return who had signed for it at the beginning of a day."""
        known = [(account, name) for since, account, name in self.claims if since < day]
        return known[-1] if known else (None, "")


@dataclass(frozen=True)
class CaseEvidence:
    """All that is asked to judge one case.

    window       department where it was handed in
    offices      department by the name that actions keep
    openings     when which account opened the file
    overtaken    action that accepted it -> older applications that still waited: number, submission
    represented  accounts of officials who are, or may act for, the applicant
    """

    history: CaseHistory
    window: int
    offices: Mapping[str, int]
    tasks: tuple[TaskTime, ...] = ()
    openings: tuple[tuple[datetime, int], ...] = ()
    overtaken: Mapping[int, tuple[tuple[str, datetime], ...]] = field(default_factory=dict)
    represented: frozenset[int] = frozenset()
    difference: TableDifference | None = None


@dataclass(frozen=True)
class _Question:
    """What one rule is asked with: the evidence, its thresholds, the calendar of working days, and today."""

    evidence: CaseEvidence
    limits: Mapping[str, Any]
    calendar: Any
    today: date

    def spans(self) -> Iterator[tuple[date, ClockSpan]]:
        """Yield each day from the first step on with how the clocks stood when that day began."""
        for span in self.evidence.history.spans:
            day, last = span.begins_on + DAY, min(span.ends_on or self.today, self.today)
            while day <= last:
                yield day, span
                day += DAY

    def by(self, action: DoneAction, **details: Any) -> Occurrence:
        """Return what an action is held against whoever did it."""
        history = self.evidence.history
        return Occurrence(
            key=str(action.id),
            on=action.at.date(),
            department=self.evidence.offices.get(action.department, history.department),
            account=action.account,
            official=action.actor if action.account else "",
            details={"kind": action.kind, **details},
        )


Detector = Callable[[_Question], Iterator[Occurrence]]


def detect(evidence: CaseEvidence, terms: SupervisionTerms, calendar: Any, today: date) -> list[CardFinding]:
    """Return what the rules find in a case up to a day; the same whenever it is asked.

    A rule counts where it was in force on the day on which something arose.
    """
    found = []
    for key, detector in DETECTORS.items():
        ones = [
            one
            for rule in terms.versions(key)
            for one in detector(_Question(evidence, rule.limits, calendar, today))
            if terms.rule(key, one.on) == rule
        ]
        found.extend(grouped(key, f"case:{evidence.history.id}", ones))
    return found


def _due_soon(asked: _Question) -> Iterator[Occurrence]:
    """Its share of the promised time is used. Ends by itself once it is decided, paused, moved or overdue."""
    history, percent = asked.evidence.history, asked.limits["percent"]
    found: dict[int, tuple[date, date]] = {}
    over: dict[int, date] = {}
    for day, span in asked.spans():
        warned = span.turn in found and span.turn not in over
        if not _is_late_share(span, day, percent, history.unit, asked.calendar):
            if warned:
                over[span.turn] = day
        elif span.turn not in found and span.promised_due_on:
            found[span.turn] = day, span.promised_due_on
    for turn, (day, due) in found.items():
        details = {"due_on": due.isoformat()}
        yield Occurrence("promise", day, history.department, details=details, turn=turn, until=over.get(turn))


def _is_late_share(span: ClockSpan, day: date, percent: int, unit: str, calendar: Calendar) -> bool:
    start, due = span.accepted_on, span.promised_due_on
    if span.state != "accepted" or start is None or due is None or day > due:
        return False
    total, used = (days_between(start, until, unit, calendar) - span.lost_days for until in (due, day))
    return total > 0 and used * 100 >= total * percent


def _overdue(asked: _Question) -> Iterator[Occurrence]:
    return _after_due(asked, "promised_due_on")


def _overdue_law(asked: _Question) -> Iterator[Occurrence]:
    return _after_due(asked, "statutory_due_on")


def _after_due(asked: _Question, name: str) -> Iterator[Occurrence]:
    turns = set()
    for day, span in asked.spans():
        due = getattr(span, name)
        if span.state == "accepted" and due and day > due and span.turn not in turns:
            turns.add(span.turn)
            department = asked.evidence.history.department
            yield Occurrence(name, day, department, details={"due_on": due.isoformat()}, turn=span.turn)


def _step_overdue(asked: _Question) -> Iterator[Occurrence]:
    """A task with days of its own lay longer; the window's days are those of the law, see `_deemed_accepted`."""
    promised = {day: span.promised_due_on for day, span in asked.spans()}
    for task in asked.evidence.tasks:
        if task.kind == "accept":
            continue
        day, last = task.opened_at.date() + DAY, min(task.closed_on or asked.today, asked.today)
        while day <= last:
            due = task.due(day)
            if due and day > due and due != promised.get(day):
                details = {"step": task.title, "due_on": due.isoformat()}
                yield Occurrence(task.key, day, task.department, *task.holder(day), details)
                break
            day += DAY


def _deemed_accepted(asked: _Question) -> Iterator[Occurrence]:
    for action in asked.evidence.history.actions:
        if action.kind == "deemed_accepted":
            yield Occurrence(str(action.id), action.at.date(), asked.evidence.window)


def _second_supplement(asked: _Question) -> Iterator[Occurrence]:
    requests = [action for action in asked.evidence.history.actions if action.kind == "supplement_requested"]
    for number, action in enumerate(requests, 1):
        if number >= asked.limits["requests"]:
            yield asked.by(action, number=number)


def _refused_without_reason(asked: _Question) -> Iterator[Occurrence]:
    for action in asked.evidence.history.actions:
        reason = "".join(action.opinion.split())
        if action.kind in {"refused", "not_accepted"} and len(reason) < asked.limits["characters"]:
            yield asked.by(action)


def _in_seconds(asked: _Question) -> Iterator[Occurrence]:
    """An official decided sooner than anybody can read; services decided on the spot are left out."""
    if asked.evidence.history.instant:
        return
    for action in asked.evidence.history.actions:
        begun = _begun(asked.evidence, action)
        if action.kind in DECISIONS and action.account and begun:
            seconds = int((action.at - begun).total_seconds())
            if seconds < asked.limits["seconds"]:
                yield asked.by(action, seconds=seconds)


def _begun(evidence: CaseEvidence, action: DoneAction) -> datetime | None:
    """Return when the official had the task before them: it lay there, and they opened the file first after that."""
    tasks = [task for task in evidence.tasks if task.key == action.data.get("task") and task.opened_at <= action.at]
    if not tasks:
        return None
    opened = max(task.opened_at for task in tasks)
    read = [at for at, account in evidence.openings if account == action.account and opened <= at <= action.at]
    return min(read, default=opened)


def _out_of_hours(asked: _Question) -> Iterator[Occurrence]:
    first, last = (time.fromisoformat(asked.limits[name]) for name in ("from", "to"))
    for action in asked.evidence.history.actions:
        if action.kind not in asked.limits["kinds"] or not action.account:
            continue
        if not asked.calendar.is_workday(action.at.date()) or not first <= action.at.time() < last:
            yield asked.by(action, at=action.at.isoformat(timespec="minutes"))


def _queue_jumping(asked: _Question) -> Iterator[Occurrence]:
    history = asked.evidence.history
    for action in history.actions:
        if action.kind != "accepted" or not action.account or history.instant:
            continue
        submitted = history.submitted_at.date()
        older = [
            number
            for number, at in asked.evidence.overtaken.get(action.id, ())
            if asked.calendar.count(at.date(), submitted) >= asked.limits["workdays"]
        ]
        if len(older) >= asked.limits["cases"]:
            yield asked.by(action, cases=len(older), numbers=older[:5])


def _discretion(asked: _Question) -> Iterator[Occurrence]:
    decisions = [action for action in asked.evidence.history.actions if action.kind in DECISIONS and action.account]
    for action in decisions:
        if against := action.data.get("against"):
            yield asked.by(action, against=list(against))
    if decisions and (other := asked.evidence.difference):
        yield asked.by(decisions[-1], said=other.said, decided=other.decided)


def _conflict(asked: _Question) -> Iterator[Occurrence]:
    """The same person at two places that belong to different people, or in a matter of their own.

    Source: 行政许可法 art. 26, 34 and the separation of filing, accepting and deciding.
    """
    history, before = asked.evidence.history, dict[int, str]()
    if history.filed_by:
        before[history.filed_by] = "submitted"
    for action in history.actions:
        account = action.account
        if account is None or action.kind not in {"accepted", "not_accepted", "opinion_given", *DECISIONS}:
            continue
        if account in asked.evidence.represented:
            yield asked.by(action, own=True)
        earlier = before.get(account)
        if earlier and not _may_be_one(history, earlier) and (action.kind in DECISIONS or earlier == "submitted"):
            yield asked.by(action, earlier=earlier)
        if action.kind not in DECISIONS:
            before[account] = "opinion_given" if action.kind == "opinion_given" else before.get(account, action.kind)


def _may_be_one(history: CaseHistory, earlier: str) -> bool:
    """Say whether who did that may do the rest: by the definition, or because both are one act, decided on the spot."""
    return (history.one_for_all and earlier != "opinion_given") or (history.instant and earlier == "accepted")


DETECTORS: dict[str, Detector] = {
    "due-soon": _due_soon,
    "overdue": _overdue,
    "overdue-law": _overdue_law,
    "step-overdue": _step_overdue,
    "deemed-accepted": _deemed_accepted,
    "second-supplement": _second_supplement,
    "refused-without-reason": _refused_without_reason,
    "in-seconds": _in_seconds,
    "out-of-hours": _out_of_hours,
    "queue-jumping": _queue_jumping,
    "discretion": _discretion,
    "conflict": _conflict,
}
