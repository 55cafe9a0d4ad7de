"""What pages show of a request: facts, what happened, photographs."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.infrastructure.kernel.wording import worded
from tongban.platform.deadlines import services as deadlines
from tongban.platform.places import services as places
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest, RequestAction, RequestFile

# Figures of a division code (GB/T 2260).
DIVISION = 6


class RequestRow(NamedTuple):
    """A line of a list."""

    request: PublicRequest
    title: str
    kind: str
    state: str
    light: str
    word: str


class RequestEntry(NamedTuple):
    """What happened once, as the timeline shows it."""

    title: str
    at: Any
    who: str
    text: str
    state: str = "done"


class RequestPhoto(NamedTuple):
    """A photograph of a request; shown: to everybody."""

    uid: str
    name: str
    shown: bool


def rows(found: Iterable[PublicRequest]) -> list[RequestRow]:
    """Return requests as lists show them."""
    now = deadlines.now()
    return [_row(request, now) for request in found]


def light(request: PublicRequest) -> tuple[str, str]:
    """Return the light of the clock and its word."""
    row = _row(request, deadlines.now())
    return row.light, row.word


def facts(request: PublicRequest) -> list[tuple[str, str]]:
    """Return what is known of a request to those who may read all of it, but no contact."""
    position = (
        f"{request.latitude:.5f}, {request.longitude:.5f}（{request.crs}）"
        if request.latitude is not None and request.longitude is not None
        else ""
    )
    found = [
        (pgettext("request", "Kind"), requests.kind_of(request)),
        (pgettext("request", "About"), requests.category_of(request)),
        (_("What was said"), request.words),
        (pgettext("request", "Area"), area_name(request.area)),
        (pgettext("request", "Place"), request.address),
        (pgettext("request", "Position"), position),
        (pgettext("request", "Channel"), requests.channel_of(request)),
        (pgettext("request", "Office"), worded(request.office.name, request.office.english)),
        (
            pgettext("request", "Handled by"),
            worded(request.department.name, request.department.english) if request.department else "",
        ),
    ]
    return [(label, text) for label, text in found if text]


def entries(request: PublicRequest, *, told: bool) -> list[RequestEntry]:
    """Return what happened, for the person (told) or for the office."""
    actions = RequestAction.objects.of(request)
    return [
        RequestEntry(
            requests.step_word(action.step) if action.step != "rate" else _("Rated"),
            action.at,
            action.who if told else " ".join(filter(None, (action.who, action.actor_name))),
            action.words,
        )
        for action in (actions.told() if told else actions)
    ]


def area_name(code: str) -> str:
    """Return what an area is called; of a community that has no name here, its district."""
    name = places.full_name_of(code) if code else ""
    return name if name != code else places.full_name_of(code[:DIVISION]) if code else ""


def photos(request: PublicRequest) -> list[RequestPhoto]:
    return [
        RequestPhoto(str(row.document.uid), row.document.name, row.shown) for row in RequestFile.objects.of(request)
    ]


def _row(request: PublicRequest, now: deadlines.ClockContext) -> RequestRow:
    done = request.answered_at or request.ended_at
    colour = now.light(start=request.received_at.date(), due=request.due_on, done=done.date() if done else None)
    return RequestRow(
        request,
        requests.title_of(request),
        requests.kind_of(request),
        requests.state_of(request),
        colour,
        now.word(colour, done=done is not None),
    )
