"""The operator's view of the ways out: what is in use, and whether it answers."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.telemetry import services as telemetry
from tongban.infrastructure.ui.views import render_page, requires


class ConnectionRow(NamedTuple):
    """One connection as the page shows it; no problems: all is well."""

    title: StrOrPromise
    in_use: StrOrPromise
    problems: list[StrOrPromise]


@requires("transport.read")
def connections(request: HttpRequest) -> HttpResponse:
    """Ask every foreign system now; a silent one takes as long as its time-out."""
    rows = [
        ConnectionRow(connection.title, connection.in_use(), list(connection.check()))
        for connection in telemetry.connections().values()
    ]
    return render_page(request, "transport/connections.html", connections=rows)


desk = [path("", connections, name="connections")]
