"""After-action figures: how soon units were sent and arrived, how long it took, what became of it. Drills apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from django.utils import timezone

from tongban.applications.emergency.models import EmergencyIncident
from tongban.applications.emergency.services import tables
from tongban.infrastructure.kernel.actors import Actor

MAX_DAYS = 400
MAX_ROWS = 50_000


@dataclass(frozen=True)
class EmergencyFigure:
    """Figures of the incidents of one kind that were opened in some days; "" for all kinds.

    dispatch, arrive, control   median minutes from the call; None where none came so far
    in_time                     how many were reached within the minutes of their level, and of how many that is known
    """

    kind: str
    opened: int
    false_alarms: int
    closed: int
    dispatch: float | None
    arrive: float | None
    control: float | None
    in_time: tuple[int, int]
    dead: int
    injured: int
    evacuated: int


def figures(*, actor: Actor, first: date, last: date, drill: bool = False) -> list[EmergencyFigure]:
    """Return the figures of what the actor sees, all kinds first, then each. Raises NotAllowed."""
    actor.must_hold("emergency.command")
    last = min(last, first + timedelta(days=MAX_DAYS))
    rows = (
        EmergencyIncident.objects.visible_to(actor)
        .filter(drill=drill)
        .opened_within(_begin(first), _begin(last + timedelta(days=1)))
    )
    found = list(rows.order_by("-opened_at")[:MAX_ROWS])
    kinds = sorted({row.kind for row in found})
    return [_figure("", found), *(_figure(kind, [row for row in found if row.kind == kind]) for kind in kinds)]


def _figure(kind: str, rows: Sequence[EmergencyIncident]) -> EmergencyFigure:
    real = [row for row in rows if row.state != EmergencyIncident.State.FALSE_ALARM]
    known = [row for row in real if row.arrived_at]
    minutes = {row.pk: tables.table().minutes_of(row.level).arrive for row in known}
    return EmergencyFigure(
        kind=kind,
        opened=len(rows),
        false_alarms=len(rows) - len(real),
        closed=sum(row.state == EmergencyIncident.State.CLOSED for row in rows),
        dispatch=_median([_minutes(row, row.dispatched_at) for row in rows]),
        arrive=_median([_minutes(row, row.arrived_at) for row in rows]),
        control=_median([_minutes(row, row.controlled_at) for row in rows]),
        in_time=(sum((_minutes(row, row.arrived_at) or 0) <= minutes[row.pk] for row in known), len(known)),
        dead=sum(row.dead for row in rows),
        injured=sum(row.injured for row in rows),
        evacuated=sum(row.evacuated for row in rows),
    )


def _minutes(row: EmergencyIncident, at: datetime | None) -> float | None:
    return (at - row.opened_at).total_seconds() / 60 if at else None


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known), 1) if known else None


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
