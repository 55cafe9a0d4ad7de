"""How alerts and readings are shown."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.infrastructure.ui.templatetags.ui import moment
from tongban.platform.sensing.models import Alert, Datastream

COLOURS = {"blue": "grey", "yellow": "yellow", "orange": "yellow", "red": "red"}


def number(value: float | None) -> str:
    """Return a number as people write it: no more figures than say something."""
    return "" if value is None else f"{value:.6g}"


def reading(value: Any) -> str:
    """Return a reading in words: a number, yes or no, a text."""
    if isinstance(value, bool):
        return pgettext("reading", "yes") if value else pgettext("reading", "no")
    return number(value) if isinstance(value, int | float) else str(value)


def with_unit(stream: Datastream | None, value: float | None) -> str:
    unit = f" {stream.unit_symbol}" if stream and stream.unit_symbol else ""
    return f"{number(value)}{unit}" if value is not None else ""


def facts_of(alert: Alert) -> list[tuple[str, str]]:
    """Return what is known of an alert, one a line."""
    rows = [
        (pgettext("alert", "Thing"), alert.thing.name),
        (pgettext("alert", "Raised at"), moment(alert.raised_at)),
        (pgettext("alert", "Last value"), with_unit(alert.stream, alert.value)),
        (_("Readings that hit"), str(alert.hits)),
        (_("Highest level so far"), alert.get_highest_display()),
        (pgettext("alert", "Department"), alert.department.title),
        (pgettext("alert", "Cleared at"), moment(alert.cleared_at)),
        (pgettext("alert", "Looked after by"), alert.acknowledger_name),
        (_("Taken care of by"), alert.subject),
        (pgettext("alert", "Closed by"), alert.closer_name),
        (pgettext("alert", "Rule, version"), f"{alert.rule.title} · {alert.version.number}"),
    ]
    return [(label, value) for label, value in rows if value]
