"""Refusals of the house become pages; so do the two faults that only an operator can mend."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui import failures

log = structlog.get_logger("tongban.ui")


class Refusals:
    """Turns a `Refusal` raised in a view into a page that says why, and what to do next. The gateway has its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path_info.startswith("/api/"):
            return None
        if isinstance(exception, Refusal):
            return failures.refused(request, exception)
        if reason := failures.reason_of(exception):
            log.error("not available", reason=reason, exc_info=exception)
            return failures.unavailable(request, reason)
        return None
