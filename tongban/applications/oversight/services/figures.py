"""What supervision says in figures: for who supervises by department and official, for everyone by department."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tongban.applications.oversight.events import SheetOpened
from tongban.applications.oversight.models import SupervisionCard
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.memo import Memo
from tongban.platform.cases.services import figures as counting
from tongban.platform.cases.services.figures import Figure, FigureFilters
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow.models import Task

# The public's figures are counted anew after so many seconds.
PUBLIC_SECONDS = 300


@dataclass(frozen=True)
class CardFigure:
    """How many cards: in all, of each grade, not closed yet, grown because nobody answered, closed."""

    raised: int = 0
    notice: int = 0
    yellow: int = 0
    red: int = 0
    advice: int = 0
    open: int = 0
    escalated: int = 0
    closed: int = 0


@dataclass(frozen=True)
class DepartmentFigure:
    """One department in some days. cases: None where none was received."""

    department: Department
    cases: Figure | None
    cards: CardFigure


@dataclass(frozen=True)
class OfficialFigure:
    """One official of a department in a month. done: tasks finished there."""

    account: int
    name: str
    done: int
    cards: CardFigure


@dataclass(frozen=True)
class SupervisionSheet:
    """The monthly sheet. officials: of the chosen department, () where none is chosen; rules: key -> its cards."""

    first: date
    last: date
    departments: tuple[DepartmentFigure, ...]
    chosen: Department | None = None
    officials: tuple[OfficialFigure, ...] = ()
    rules: Mapping[str, CardFigure] = field(default_factory=dict)


def open_sheet(*, actor: Actor, month: date, department: str = "") -> SupervisionSheet:
    """Return the sheet of a month for the departments that the actor supervises; that they read it is a fact.

    department   key of the one whose officials are named. Raises NotAllowed.
    """
    actor.must_hold("oversight.supervise")
    first, last = month.replace(day=1), _end(month)
    reached = supervised(actor)
    chosen = next((one for one in reached if one.key == department), None)
    counts = counting.figures(actor=as_reader(actor), wanted=FigureFilters(first, last), by="department")
    cards = _cards(actor, first, last, chosen)
    journal.write(SheetOpened(f"{first:%Y-%m}", chosen.key if chosen else ""), by=actor, subject="oversight:sheet")
    return SupervisionSheet(
        first,
        last,
        departments=tuple(_departments(reached, counts, _seen(actor, first, last).counted("department"))),
        chosen=chosen,
        officials=_officials(chosen, first, last, cards.counted_by_official()) if chosen else (),
        rules={row["rule"]: _figure(row) for row in cards.counted("rule")},
    )


def supervised(actor: Actor) -> list[Department]:
    """Return the departments that the actor supervises, in their order."""
    return [one for one in Department.objects.in_order() if _supervises(actor, one)]


def public_days() -> tuple[date, date]:
    """Return the days of the public figures: this month and the two before."""
    today = clock.today()
    return months_before(today, 2), today


def months_before(day: date, number: int) -> date:
    """Return the first day of the month so many months before."""
    first = day.replace(day=1)
    for _time in range(number):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def public_figures(*, first: date, last: date) -> tuple[DepartmentFigure, ...]:
    """Return what everyone may read of each department: cases, and its cards without those that were unfounded."""
    return _public.get((first, last), lambda: _counted_for_everyone(first, last))


_public: Memo[tuple[DepartmentFigure, ...]] = Memo(50, seconds=lambda: PUBLIC_SECONDS)


def _counted_for_everyone(first: date, last: date) -> tuple[DepartmentFigure, ...]:
    counts = counting.figures(actor=SYSTEM, wanted=FigureFilters(first, last), by="department")
    cards = SupervisionCard.objects.arisen(first, last).exclude(grade="notice").exclude(outcome="unfounded")
    found = _departments(list(Department.objects.of_the_house().in_order()), counts, cards.counted("department"))
    return tuple(figure for figure in found if figure.cases or figure.cards.raised)


def _departments(
    departments: list[Department], counts: list[Figure], cards: list[dict[str, Any]]
) -> list[DepartmentFigure]:
    by_key, by_id = {row.key: row for row in counts}, {row["department"]: _figure(row) for row in cards}
    return [DepartmentFigure(one, by_key.get(one.key), by_id.get(one.pk, CardFigure())) for one in departments]


def _officials(chosen: Department, first: date, last: date, cards: list[dict[str, Any]]) -> tuple[OfficialFigure, ...]:
    done = Task.objects.counted_by_official(chosen.pk, since=_begin(first), until=_begin(last + timedelta(days=1)))
    held = {row["account"]: row for row in cards}
    names = Account.objects.names_of(done.keys() | held.keys())
    found = [
        OfficialFigure(account, names.get(account, ""), done.get(account, 0), _figure(held.get(account, {})))
        for account in done.keys() | held.keys()
    ]
    return tuple(sorted(found, key=lambda one: (-one.cards.raised, -one.done, one.account)))


def _cards(actor: Actor, first: date, last: date, chosen: Department | None) -> Any:
    seen = _seen(actor, first, last)
    return seen.narrowed(department=chosen.pk) if chosen else seen


def _seen(actor: Actor, first: date, last: date) -> Any:
    return SupervisionCard.objects.filter(actor.within("oversight.supervise")).arisen(first, last)


def _supervises(actor: Actor, department: Department) -> bool:
    return any(
        grant.duty == "oversight.supervise" and grant.covers(department.pk, grant.area) for grant in actor.grants
    )


def as_reader(actor: Actor) -> Actor:
    """Return whom figures are counted for: who supervises counts what their duty reaches, and reads none of it."""
    found = actor.holding("oversight.supervise")
    return replace(found, grants=tuple(Grant("cases.read", one.departments, one.area) for one in found.grants))


def _figure(row: Mapping[str, Any]) -> CardFigure:
    return CardFigure(**{name: row[name] for name in CardFigure.__dataclass_fields__ if name in row})


def _end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
