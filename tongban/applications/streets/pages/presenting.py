"""What pages say of a case."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.applications.streets import services as streets
from tongban.applications.streets.models import StreetCase
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.requests import services as requests

# The seven steps 信息收集 … 综合评价, and which of them a state has reached.
STEPS: tuple[StrOrPromise, ...] = (
    gettext_lazy("Collected"),
    gettext_lazy("Filed as a case"),
    pgettext_lazy("street", "Dispatched"),
    gettext_lazy("Being dealt with"),
    gettext_lazy("Reported done"),
    gettext_lazy("Checked and closed"),
    gettext_lazy("Evaluated"),
)
REACHED = {"reported": 1, "filed": 2, "dispatched": 3, "handling": 4, "finished": 5, "closed": 7}
STATES: dict[str, StrOrPromise] = {
    "reported": gettext_lazy("to be judged"),
    "filed": gettext_lazy("filed, to be dispatched"),
    "dispatched": pgettext_lazy("street case", "dispatched"),
    "handling": gettext_lazy("being dealt with"),
    "finished": gettext_lazy("done, to be checked"),
    "closed": pgettext_lazy("street case", "closed"),
    "declined": gettext_lazy("not filed"),
    "merged": pgettext_lazy("street case", "merged"),
    "cancelled": pgettext_lazy("street case", "cancelled"),
    "withdrawn": pgettext_lazy("street case", "withdrawn"),
}
COLOURS = {"reported": "yellow", "finished": "yellow", "closed": "green", "declined": "grey", "merged": "grey"}


class StreetRow(NamedTuple):
    """A line of a list."""

    case: StreetCase
    title: str
    group: str
    state: str
    colour: str
    place: str


class StreetStep(NamedTuple):
    """One of the seven steps, as the timeline shows it."""

    title: StrOrPromise
    state: str
    at: Any = None
    who: str = ""
    text: str = ""


def rows(found: Iterable[StreetCase]) -> list[StreetRow]:
    """Return cases as lists show them."""
    cases = list(found)
    names = streets.area_names(case.area for case in cases)
    return [
        StreetRow(
            case,
            streets.title_of(case.matter),
            streets.group_of(case.matter),
            str(STATES[case.state]),
            COLOURS.get(case.state, "blue"),
            case.request.address or names.get(case.area, ""),
        )
        for case in cases
    ]


def facts(case: StreetCase) -> list[tuple[str, str]]:
    """Return what is known of a case, but nobody's name."""
    request = case.request
    where = "" if request.latitude is None else f"{request.latitude:.5f}, {request.longitude:.5f} ({request.crs})"
    owner = case.component.owner.title if case.component and case.component.owner else ""
    found = [
        (pgettext("street", "Matter"), f"{case.matter} {streets.title_of(case.matter)}"),
        (_("What was seen"), request.words),
        (pgettext("street", "Area"), streets.area_name(case.area)),
        (_("Grid cell"), case.cell.code if case.cell else ""),
        (pgettext("street", "Component"), case.component.code if case.component else ""),
        (_("Belongs to"), owner),
        (pgettext("street", "Place"), request.address),
        (pgettext("street", "Position"), where),
        (_("Seen at"), ui.moment(request.said_at)),
        (_("Received at"), ui.moment(request.received_at) if request.received_at != request.said_at else ""),
        (pgettext("street", "Channel"), requests.channel_of(request)),
        (_("Supervision centre"), case.supervision.title),
        (_("Command centre"), case.command.title),
        (_("Dealt with by"), case.order.department.title if case.order and case.state != "filed" else ""),
    ]
    return [(label, text) for label, text in found if text]


def steps(case: StreetCase) -> list[StreetStep]:
    """Return the seven steps with what is known of each."""
    reached = REACHED.get(case.state, 1)
    order = case.order
    at = [
        case.reported_at,
        case.filed_at,
        order.dispatched_at if order else None,
        None,
        case.finished_at,
        case.ended_at if case.state == "closed" else None,
        None,
    ]
    return [
        StreetStep(
            title,
            "done" if number < reached or case.state == "closed" else "now" if number == reached else "ahead",
            at[number - 1],
        )
        for number, title in enumerate(STEPS, 1)
    ]
