"""How many matters came in, were decided, in time or late: for leaders and officials, each within their reach."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import TruncMonth

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases import ports
from tongban.platform.cases.models import Case, CaseQuerySet

GROUPS = {
    "department": ("department__key", "department__name", "department__order"),
    "service": ("version__service__code", "version__service__name", "version__service__code"),
    "month": ("month", "month", "month"),
}
DECIDED = Q(decided_on__isnull=False)
OPEN = Q(state__in=("submitted", "supplement", "accepted"))


@dataclass(frozen=True)
class FigureFilters:
    """What is counted: cases received from first to last day, of one department or service where named."""

    first: date
    last: date
    department: str = ""
    service: str = ""


class Figure(NamedTuple):
    """One row. on_time: decided within the promised time; late: open, and the promised day is over; days: on average.

    given, good   ratings of these cases; 0 where nobody rated
    """

    key: str
    name: str
    received: int
    decided: int
    on_time: int
    late: int
    refused: int
    days: float | None
    given: int = 0
    good: int = 0

    @property
    def on_time_percent(self) -> int | None:
        return round(100 * self.on_time / self.decided) if self.decided else None

    @property
    def good_percent(self) -> int | None:
        return round(100 * self.good / self.given) if self.given else None


def tables(*, actor: Actor, wanted: FigureFilters) -> dict[str, list[Figure]]:
    """Return the figures of the cases that the actor sees by month, department and service."""
    departments = figures(actor=actor, wanted=wanted, by="department")
    within = tuple(row.key for row in departments)
    return {
        "month": figures(actor=actor, wanted=wanted, by="month", within=within),
        "department": departments,
        "service": figures(actor=actor, wanted=wanted, by="service", within=within),
    }


def figures(*, actor: Actor, wanted: FigureFilters, by: str, within: Sequence[str] = ()) -> list[Figure]:
    """Return one row for each department, service or month. within: departments whose ratings count; all where none."""
    key, name, order = GROUPS[by]
    found = _cases(actor, wanted)
    if by == "month":
        found = found.annotate(month=TruncMonth("received_on"))
    today = clock.today()
    rows = (
        found.values(*{key: None, name: None, order: None})
        .annotate(
            received=Count("pk"),
            decided=Count("pk", filter=DECIDED),
            on_time=Count("pk", filter=DECIDED & in_time()),
            late=Count("pk", filter=OPEN & late(today)),
            refused=Count("pk", filter=Q(outcome="refused")),
            days=Avg(ExpressionWrapper(F("decided_on") - F("accepted_on"), output_field=DurationField())),
        )
        .order_by(order)
    )
    counted = [_figure(row, key, name) for row in rows]
    return _rated(counted, wanted, by, within)


def listed(*, actor: Actor, wanted: FigureFilters, what: str) -> CaseQuerySet:
    """Return the cases behind a figure: received, decided, on_time, late, refused."""
    found = _cases(actor, wanted)
    if what == "late":
        return found.filter(OPEN & late(clock.today()))
    if what == "refused":
        return found.filter(outcome="refused")
    if what == "on_time":
        return found.filter(DECIDED & in_time())
    return found.filter(DECIDED) if what == "decided" else found


def in_time() -> Q:
    return Q(promised_due_on__isnull=True) | Q(decided_on__lte=F("promised_due_on"))


def late(today: date) -> Q:
    """The promised day is over, and no special procedure pauses the clocks."""
    return Q(promised_due_on__lt=today, paused_on__isnull=True)


def _cases(actor: Actor, wanted: FigureFilters) -> CaseQuerySet:
    found: CaseQuerySet = Case.objects.visible_to(actor).submitted_by_people()
    found = found.filter(received_on__gte=wanted.first, received_on__lte=wanted.last)
    if wanted.department:
        found = found.filter(department__key=wanted.department)
    if wanted.service:
        found = found.filter(version__service__code=wanted.service)
    return found


def _figure(row: Mapping[str, Any], key: str, name: str) -> Figure:
    counts = {field: row[field] for field in ("received", "decided", "on_time", "late", "refused")}
    days = row["days"] / timedelta(days=1) if row["days"] is not None else None
    code, word = (f"{row[field]:%Y-%m}" if isinstance(row[field], date) else str(row[field]) for field in (key, name))
    return Figure(code, word, days=round(days, 1) if days is not None else None, **counts)


def _rated(found: list[Figure], wanted: FigureFilters, by: str, departments: Iterable[str]) -> list[Figure]:
    """Put beside each row what the applicants said of it, where a city system asks them."""
    counts = ports.rated(wanted.first, wanted.last, by, departments)
    return [row._replace(given=counts.get(row.key, (0, 0))[0], good=counts.get(row.key, (0, 0))[1]) for row in found]
