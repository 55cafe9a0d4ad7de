"""What pages say of incidents, units and actions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import (
    EmergencyAction,
    EmergencyIncident,
    EmergencyLevel,
    EmergencyLogEntry,
    EmergencyTrackPoint,
    EmergencyUnit,
    EmergencyWarning,
)
from tongban.applications.emergency.rules import kinds, units
from tongban.applications.emergency.rules.plans import EmergencyPlan
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.places import services as places

LIGHT_WORDS: dict[str, StrOrPromise] = {
    "green": pgettext_lazy("emergency", "in time"),
    "yellow": pgettext_lazy("emergency", "due soon"),
    "red": pgettext_lazy("emergency", "overdue"),
    "grey": pgettext_lazy("emergency", "ended"),
}
# Tags know no orange: the word says the level, the colour repeats it.
LEVEL_COLOURS = {"ordinary": "blue", "larger": "yellow", "major": "red", "special": "red", "": "grey"}
UNIT_TONES = {
    "available": "green",
    "dispatched": "yellow",
    "en_route": "yellow",
    "on_scene": "blue",
    "returning": "green",
}
STEP_TITLES: dict[str, StrOrPromise] = {
    "set_out": pgettext_lazy("emergency unit", "Set out"),
    "arrive": pgettext_lazy("emergency unit", "Arrived"),
    "leave": pgettext_lazy("emergency unit", "Left the scene"),
    "release": pgettext_lazy("emergency unit", "Release"),
    "stand_down": pgettext_lazy("emergency unit", "Take out of service"),
    "report_ready": pgettext_lazy("emergency unit", "Ready again"),
}
RESPONSES: dict[str, StrOrPromise] = {
    "1": pgettext_lazy("emergency", "level I"),
    "2": pgettext_lazy("emergency", "level II"),
    "3": pgettext_lazy("emergency", "level III"),
    "4": pgettext_lazy("emergency", "level IV"),
}

WARNING_TONES = {"blue": "blue", "yellow": "yellow", "orange": "red", "red": "red", "": "grey"}
STANDS: dict[str, StrOrPromise] = {
    "proposed": pgettext_lazy("emergency warning", "to be published"),
    "in_force": pgettext_lazy("emergency warning", "in force"),
    "expired": pgettext_lazy("emergency warning", "expired"),
    "ended": pgettext_lazy("emergency warning", "replaced or lifted"),
}


class IncidentRow(NamedTuple):
    """A line of the list."""

    incident: EmergencyIncident
    title: str
    group: str
    level: str
    tone: str
    light: str
    light_word: str
    due_at: datetime | None


class ShownStage(NamedTuple):
    """A stage of a plan with its actions as the page shows them."""

    number: int
    actions: list[dict[str, Any]]


class LogLine(NamedTuple):
    """A line of the log, as the timeline shows it."""

    title: str
    at: datetime
    who: str
    text: str
    state: str = "done"


def rows(found: Iterable[EmergencyIncident]) -> list[IncidentRow]:
    """Return incidents as lists show them."""
    return [row(incident) for incident in found]


def row(incident: EmergencyIncident) -> IncidentRow:
    """Return an incident with its light."""
    light, due_at = "grey", None
    if not incident.ended_at and not incident.controlled_at:
        light, due_at = kinds.light(
            emergency.table().minutes_of(incident.level),
            opened_at=incident.opened_at,
            dispatched_at=incident.dispatched_at,
            arrived_at=incident.arrived_at,
            now=clock.now(),
        )
    elif not incident.ended_at:
        light = "green"
    level = str(incident.get_level_display()) if incident.level else _("not graded")
    tone = LEVEL_COLOURS[incident.level]
    return IncidentRow(
        incident,
        emergency.kind_name(incident.kind),
        emergency.class_name(incident.kind),
        level,
        tone,
        light,
        str(LIGHT_WORDS[light]),
        due_at,
    )


def facts(incident: EmergencyIncident) -> list[tuple[str, str]]:
    """Return what is known of an incident, but nobody's name."""
    where = "" if incident.latitude is None else f"{incident.latitude:.5f}, {incident.longitude:.5f}"
    response = ""
    if incident.response:
        response = _("%(level)s, expected until %(at)s") % {
            "level": RESPONSES[incident.response],
            "at": ui.moment(incident.response_until),
        }
    found = [
        (pgettext("emergency", "Class"), emergency.class_name(incident.kind)),
        (pgettext("emergency", "Level"), row(incident).level),
        (pgettext("emergency", "Response"), response),
        (pgettext("emergency", "Place"), incident.address),
        (pgettext("emergency", "Position"), where),
        (pgettext("emergency", "Came by"), str(incident.get_source_display())),
        (pgettext("emergency", "Opened"), ui.moment(incident.opened_at)),
        (_("First unit sent"), ui.moment(incident.dispatched_at)),
        (_("First unit there"), ui.moment(incident.arrived_at)),
        (pgettext("emergency", "Under control"), ui.moment(incident.controlled_at)),
        (pgettext("emergency", "Closed"), ui.moment(incident.ended_at)),
        (pgettext("emergency", "Leads"), incident.department.title),
    ]
    return [(label, text) for label, text in found if text]


def marks(incident: EmergencyIncident, found: Iterable[EmergencyUnit]) -> list[dict[str, Any]]:
    """Return an incident and units as a map marks them."""
    here = [
        {
            "latitude": incident.latitude,
            "longitude": incident.longitude,
            "label": emergency.kind_name(incident.kind),
            "tone": "red",
        }
    ]
    return (here if incident.latitude is not None else []) + [unit_mark(unit) for unit in found]


def unit_mark(unit: EmergencyUnit) -> dict[str, Any]:
    """Return a unit as a map marks it."""
    return {
        "latitude": unit.latitude,
        "longitude": unit.longitude,
        "label": f"{unit.name} · {unit.get_state_display()}",
        "tone": UNIT_TONES.get(unit.state, "grey"),
        "sign": unit.name[:1],
        "square": True,
    }


def stages(actions: Sequence[EmergencyAction]) -> list[ShownStage]:
    """Return the actions of a plan by stage."""
    now = clock.now()
    numbers = sorted({action.stage for action in actions})
    return [
        ShownStage(number, [_action(action, now) for action in actions if action.stage == number]) for number in numbers
    ]


def _action(action: EmergencyAction, now: datetime) -> dict[str, Any]:
    late = action.state == "open" and action.due_at is not None and action.due_at < now
    colour = {"waiting": "grey", "open": "red" if late else "yellow", "done": "green", "skipped": "grey"}[action.state]
    return {
        "action": action,
        "title": worded(action.title, action.english),
        "role": worded(action.role, action.role_english),
        "needs": emergency.unit_kind_name(action.needs) if action.needs else "",
        "colour": colour,
        "word": pgettext("emergency", "overdue") if late else str(action.get_state_display()),
    }


def log(entries: Iterable[EmergencyLogEntry]) -> list[LogLine]:
    """Return the log as a timeline shows it."""
    return [LogLine(str(entry.get_kind_display()), entry.at, entry.by_name, entry.words) for entry in entries]


def unit_steps(unit: EmergencyUnit) -> list[tuple[str, StrOrPromise]]:
    """Return the steps that a unit may take now."""
    return [(step, STEP_TITLES[step]) for step in units.possible(unit.state)]


def way(track: Sequence[EmergencyTrackPoint]) -> dict[str, Any] | None:
    """Return the way of a unit as a shape on a map; None where there is none."""
    if len(track) < 2:
        return None
    line = [[point.longitude, point.latitude] for point in reversed(track)]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": line},
                "properties": {"tone": "blue", "label": ""},
            }
        ],
    }


def plans(found: Iterable[EmergencyPlan]) -> list[dict[str, Any]]:
    """Return plans as pages show them."""
    found = list(found)
    levels, areas = dict(EmergencyLevel.choices), places.full_names_of(plan.area for plan in found)
    return [
        {
            "plan": plan,
            "name": worded(plan.name, plan.english),
            "kind": emergency.kind_name(plan.kind),
            "level": levels[plan.level] if plan.level else _("all levels"),
            "area": areas.get(plan.area, plan.area) if plan.area else _("whole city"),
            "command": worded(plan.command, plan.command_english),
            "stages": [
                (
                    number,
                    [
                        {
                            "title": worded(one.title, one.english),
                            "role": worded(one.role, one.role_english),
                            "needs": emergency.unit_kind_name(one.needs) if one.needs else "",
                            "minutes": one.minutes,
                        }
                        for one in actions
                    ],
                )
                for number, actions in plan.stages
            ],
        }
        for plan in found
    ]


def warning_row(found: EmergencyWarning) -> dict[str, Any]:
    """Return a warning as pages show it."""
    return warning_rows([found])[0]


def warning_rows(warnings: Iterable[EmergencyWarning]) -> list[dict[str, Any]]:
    """Return warnings as pages show them; their areas are named with one question."""
    warnings = list(warnings)
    names = places.full_names_of(code for found in warnings for code in found.areas)
    return [_warning_row(found, names) for found in warnings]


def _warning_row(found: EmergencyWarning, names: Mapping[str, str]) -> dict[str, Any]:
    stands = emergency.warning_stands(found, at=clock.now())
    return {
        "warning": found,
        "tone": WARNING_TONES[found.colour],
        "colour": str(found.get_colour_display()) if found.colour else pgettext("emergency warning", "no colour"),
        "stands": stands,
        "word": str(STANDS[stands]),
        "areas": "、".join(names.get(code, code) for code in found.areas),
    }
