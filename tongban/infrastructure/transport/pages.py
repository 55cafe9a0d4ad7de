"""The operator's view of the ways out: what is in use, and whether it answers."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.infrastructure.kernel.module import Text
from tongban.infrastructure.telemetry import services as telemetry
from tongban.infrastructure.ui.doors import needs, page


class Line(NamedTuple):
    """One connection as the page shows it; no problems: all is well."""

    title: Text
    in_use: Text
    problems: list[Text]


@needs("transport.read")
def connections(request: HttpRequest) -> HttpResponse:
    """Ask every foreign system now; a silent one takes as long as its time-out."""
    lines = [
        Line(connection.title, connection.in_use(), list(connection.check()))
        for connection in telemetry.connections().values()
    ]
    return page(request, "transport/connections.html", connections=lines)


desk = [path("", connections, name="connections")]
