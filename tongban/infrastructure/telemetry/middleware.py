"""Around every request: its id, its figures, and in the machine format one line of log."""

import secrets
from collections.abc import Callable
from time import perf_counter

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.infrastructure.telemetry import logs, metrics, rules

log = structlog.get_logger("tongban.requests")

HEADER = "X-Request-ID"


class Telemetry:
    """Sets `request.id`, answers it in a header, counts and times the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.every_line = settings.TELEMETRY_LOG == "json"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        known = given if given and rules.is_request_id(given) else secrets.token_hex(8)
        request.id = known  # type: ignore[attr-defined]
        token = logs.request_id.set(known)
        try:
            response = self.get_response(request)
            response.headers[HEADER] = known
            match = request.resolver_match
            view = match.view_name if match else ""
            took = perf_counter() - start
            metrics.observe(view, response.status_code, took)
            if self.every_line or took > settings.TELEMETRY_SLOW_SECONDS:
                self.write(request, view, response.status_code, took)
            return response
        finally:
            logs.request_id.reset(token)

    def write(self, request: HttpRequest, view: str, status: int, took: float) -> None:
        log.info(
            "request answered",
            method=request.method,
            view=view,
            status=status,
            ms=round(took * 1000, 1),
            network=rules.network_of(request.META.get("REMOTE_ADDR", ""), settings.TELEMETRY_ADDRESSES),
        )
