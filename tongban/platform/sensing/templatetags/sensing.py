"""How readings and alerts are written on pages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _

from tongban.infrastructure.ui.templatetags.ui import moment
from tongban.platform.sensing.models import Alert, AlertStep, Datastream
from tongban.platform.sensing.models.alerts import AlertLevel
from tongban.platform.sensing.pages import presenting
from tongban.platform.sensing.rules.evaluating import AlertTransition

register = template.Library()
MAX_ROWS = 200  # of a table beside a chart
MAX_TOLD = 12


@register.filter
def level_colour(level: str) -> str:
    """Return the colour of the light beside a level; its word says which it is."""
    return presenting.COLOURS[level]


@register.filter
def last_value(alert: Alert) -> str:
    return presenting.with_unit(alert.stream, alert.value)


@register.filter
def figure(value: float) -> str:
    return presenting.number(value)


@register.filter
def plain(value: float) -> str:
    """Write a number as SVG and machines read it, whatever the language of the page."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


@register.filter
def stream_title(stream: Datastream) -> str:
    return f"{stream.name} ({stream.unit_symbol})" if stream.unit_symbol else stream.name


@register.filter
def last_points(points: Sequence[Any]) -> list[Any]:
    """Return the latest points of a chart, the newest first."""
    return list(points[-MAX_ROWS:])[::-1]


@register.filter
def first_told(told: Sequence[AlertTransition]) -> Sequence[AlertTransition]:
    return told[:MAX_TOLD]


@register.filter
def told_word(one: AlertTransition) -> str:
    """Return what a rule would have told: what, the level, and when."""
    what, level = AlertStep.Kind(one.kind).label, AlertLevel(one.level).label
    at = moment(datetime.fromtimestamp(one.at, UTC))
    return _("%(at)s %(what)s (%(level)s)") % {"at": at, "what": what, "level": level}
