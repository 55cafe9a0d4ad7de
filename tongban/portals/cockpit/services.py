"""What the wall shows: what the reader may see of alerts, orders and cases, most pressing first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases.models import Case
from tongban.platform.places import services as places
from tongban.platform.sensing.models import Alert, AlertLevel
from tongban.platform.workorders.models import WorkOrder

# What a wall can show; more than that is counted as so many and more.
ROWS, MARKS, COUNTED = 7, 500, 10_000
LEVELS = ("red", "orange", "yellow", "blue")
TONES = {"red": "red", "orange": "red", "yellow": "yellow", "blue": "blue"}


@dataclass(frozen=True)
class Wall:
    """Everything of one moment.

    levels    how many alerts are open at each level, the gravest first
    submitted, late_cases   cases that wait for an answer, and those whose watched day is over; None: not the reader's
    """

    alerts: Sequence[Alert]
    levels: Sequence[tuple[str, str, int]]
    late_orders: Sequence[WorkOrder]
    open_orders: int
    late: int
    submitted: int | None
    late_cases: int | None


def wall(actor: Actor) -> Wall:
    """Return what the reader's duties reach."""
    now = clock.now()
    open_alerts = Alert.objects.visible_to(actor).open()
    counted = Counter(open_alerts.order_by().values_list("level", flat=True)[:COUNTED])
    orders = WorkOrder.objects.visible_to(actor)
    late = orders.late(at=now)
    return Wall(
        alerts=_gravest(list(open_alerts.with_names().order_by("-raised_at", "-pk")[:MARKS]))[:ROWS],
        levels=[(level, str(AlertLevel(level).label), counted[level]) for level in LEVELS],
        late_orders=list(late.with_names().order_by("due_at", "pk")[:ROWS]),
        open_orders=orders.open().order_by()[:COUNTED].count(),
        late=late.order_by()[:COUNTED].count(),
        **_cases(actor),
    )


def marks(actor: Actor) -> list[dict[str, Any]]:
    """Return what lies where: open alerts, then open orders, as `ui/map.html` takes them."""
    alerts = Alert.objects.visible_to(actor).open().with_names().order_by("-raised_at", "-pk")[:MARKS]
    orders = WorkOrder.objects.visible_to(actor).open().order_by("due_at", "pk")[:MARKS]
    now = clock.now()
    return [
        *(_alert_mark(alert) for alert in alerts if alert.thing.latitude is not None),
        *(_order_mark(order, late=order.due_at < now) for order in orders if order.is_placed),
    ]


def _cases(actor: Actor) -> dict[str, int | None]:
    if not actor.holds("cases.read"):
        return {"submitted": None, "late_cases": None}
    seen = Case.objects.visible_to(actor)
    late = seen.watched_within(None, clock.today() - timedelta(days=1))
    return {
        "submitted": seen.in_state(Case.State.SUBMITTED).order_by()[:COUNTED].count(),
        "late_cases": late.order_by()[:COUNTED].count(),
    }


def _gravest(alerts: list[Alert]) -> list[Alert]:
    return sorted(alerts, key=lambda alert: (LEVELS.index(alert.level), -alert.raised_at.timestamp()))


def _alert_mark(alert: Alert) -> dict[str, Any]:
    return {
        "latitude": alert.thing.latitude,
        "longitude": alert.thing.longitude,
        "label": f"{alert.get_level_display()} · {alert.rule.title} · {alert.thing}",
        "url": reverse("desk:sensing:alert", args=[alert.uid]),
        "tone": TONES[alert.level],
        "square": True,
        "sign": pgettext("letter on a map", "A"),
    }


def _order_mark(order: WorkOrder, *, late: bool) -> dict[str, Any]:
    longitude, latitude = places.shown_at(order.longitude or 0.0, order.latitude or 0.0, system=order.crs)
    state = pgettext("work order", "late") if late else order.get_state_display()
    return {
        "latitude": latitude,
        "longitude": longitude,
        "label": f"{order.number} · {order.title} · {state}",
        "url": reverse("desk:workorders:order", args=[order.uid]),
        "tone": "red" if late else "green",
        "sign": pgettext("letter on a map", "W"),
    }
