"""Gather the evidence from the rooms below, and ask the rules. Nothing is written here."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from tongban.applications.oversight import rules
from tongban.applications.oversight.rules import CardFinding, CaseEvidence, Occurrence, TaskTime
from tongban.applications.oversight.services.terms import terms
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.cases.events import CaseOpened, CasePaperOpened, CasesExported
from tongban.platform.cases.models import Action, subject_of
from tongban.platform.cases.services import history as telling
from tongban.platform.cases.services.history import CaseHistory
from tongban.platform.codes import services as codes
from tongban.platform.identity.models import Department, Position
from tongban.platform.parties import services as parties
from tongban.platform.workflow.events import TaskClaimed, TaskReleased, TaskRescheduled
from tongban.platform.workflow.models import Task

DAY = timedelta(days=1)
OPENED = journal.name_of(CaseOpened)
MOVED, CLAIMED, RELEASED = map(journal.name_of, (TaskRescheduled, TaskClaimed, TaskReleased))


def findings_of_cases(ids: Iterable[int], *, today: date | None = None) -> dict[int, list[CardFinding]]:
    """Return what the rules find in each of these cases up to a day, today by default."""
    day, calendar, in_force = today or clock.today(), codes.calendar(), terms()
    histories = telling.histories(ids)
    offices = {name: pk for pk, name in Department.objects.names().items()}
    tasks: dict[str, list[Task]] = {}
    for task in Task.objects.of(*map(subject_of, histories)):
        tasks.setdefault(task.subject, []).append(task)
    return {
        pk: rules.detect(_evidence(history, tasks.get(subject_of(pk), []), offices), in_force, calendar, day)
        for pk, history in histories.items()
    }


def findings_of_exports(day: date) -> list[CardFinding]:
    """Return who took copies of too many cases on a day."""
    rule = terms().rule("bulk-export", day)
    if rule is None:
        return []
    taken: dict[int, list[Fact]] = {}
    for fact in _facts_of(day, CasesExported):
        if fact.account:
            taken.setdefault(fact.account, []).append(fact)
    numbers = {account: sum(fact.data["cases"] for fact in facts) for account, facts in taken.items()}
    found = {account: taken[account] for account, number in numbers.items() if number >= rule.limits["cases"]}
    return [_of_official("bulk-export", day, facts, numbers[account]) for account, facts in sorted(found.items())]


def findings_of_reads(day: date) -> list[CardFinding]:
    """Return who opened too many cases on a day in which they did nothing before or after.

    The answer is certain once the days of grace after that day are over.
    """
    rule = terms().rule("reads-without-case", day)
    if rule is None:
        return []
    grace = timedelta(days=rule.limits["grace_days"])
    opened: dict[int, dict[int, Fact]] = {}
    for fact in _facts_of(day, CaseOpened, CasePaperOpened):
        case = Subject.parse(fact.subject).number("case")
        if fact.account and fact.actor_kind == "staff" and case:
            opened.setdefault(fact.account, {})[case] = fact
    found = []
    for account, facts in sorted(opened.items()):
        if len(facts) < rule.limits["cases"]:
            continue
        worked_on = Action.objects.among(facts).cases_of(account, since=_begin(day - grace), until=_begin(day + grace))
        idle = [fact for case, fact in facts.items() if case not in worked_on]
        if len(idle) >= rule.limits["cases"]:
            found.append(_of_official("reads-without-case", day, idle, len(idle)))
    return found


def _evidence(history: CaseHistory, tasks: Collection[Task], offices: dict[str, int]) -> CaseEvidence:
    facts = list(Fact.objects.about(subject_of(history.id)).named(OPENED, MOVED, CLAIMED, RELEASED))
    times = tuple(_task_time(task, [fact for fact in facts if fact.name != OPENED]) for task in tasks)
    first = next((task.department for task in times if task.kind == "accept"), history.department)
    decided = any(action.kind in telling.DECISIONS for action in history.actions)
    return CaseEvidence(
        history=history,
        window=first,
        offices=offices,
        tasks=times,
        openings=tuple((timezone.localtime(f.at), f.account) for f in facts if f.name == OPENED and f.account),
        overtaken=_overtaken(history),
        represented=_represented(history),
        difference=telling.table_difference(history.id) if decided else None,
    )


def _overtaken(history: CaseHistory) -> dict[int, tuple[tuple[str, datetime], ...]]:
    """Return the older applications that still waited when this one was accepted."""
    margins = [rule.limits["workdays"] for rule in terms().versions("queue-jumping")]
    if not margins:
        return {}
    last = codes.calendar().before(history.submitted_at.date(), min(margins))
    return {
        action.id: tuple(
            (number, timezone.localtime(at))
            for number, at in telling.overtaken(history, at=action.at, before=_begin(last + DAY))
        )
        for action in history.actions
        if action.kind == "accepted" and action.account and not history.instant
    }


def _represented(history: CaseHistory) -> frozenset[int]:
    """Return the accounts that dealt with the case and are, or might act for, its applicant on that day."""
    days = {one.account: one.at.date() for one in history.actions if one.account and one.account != history.filed_by}
    return frozenset(
        account for account, on in days.items() if parties.is_or_acts_for(account, history.applicant, on=on)
    )


def _task_time(task: Task, told: Iterable[Fact]) -> TaskTime:
    """Return the days of a task. Each move says which day was its last before, so the first one is known as well."""
    opened = timezone.localtime(task.opened_at)
    facts = [fact for fact in told if fact.data["task"] == str(task.uid)]
    moves = [fact for fact in facts if fact.name == MOVED]
    first = _day(moves[0].data.get("before", "")) if moves else task.limit
    dues = [(opened.date() - DAY, first)]
    dues += [(timezone.localtime(fact.at).date(), _day(fact.data["due_on"])) for fact in moves]
    return TaskTime(
        key=task.key,
        title=task.title,
        kind=task.kind,
        department=task.department_id,
        opened_at=opened,
        closed_on=timezone.localtime(task.done_at).date() if task.done_at else None,
        dues=tuple(dues),
        claims=tuple(
            (timezone.localtime(f.at).date(), *((f.account, f.actor) if f.name == CLAIMED else (None, "")))
            for f in facts
            if f.name != MOVED
        ),
    )


def _facts_of(day: date, *events: type) -> list[Fact]:
    found = Fact.objects.named(*map(journal.name_of, events)).matching(day=day)
    return list(found.order_by("pk"))


def _of_official(rule: str, day: date, facts: list[Fact], number: int) -> CardFinding:
    """Return what is held against an official for what they did on one day; their first position answers."""
    last = facts[-1]
    assert last.account
    position = Position.objects.valid(on=day).of(last.account).first()
    department = position.department_id if position else Department.objects.roots()[0].pk
    details = {"number": number, "facts": [fact.pk for fact in facts][:50]}
    one = Occurrence(day.isoformat(), day, department, last.account, last.actor, details)
    return CardFinding(f"{rule}:account:{last.account}:{day}", rule, (one,))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
