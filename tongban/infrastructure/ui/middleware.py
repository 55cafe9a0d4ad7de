"""Refusals of the house become pages; so do the two faults that only an operator can mend."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui import failures

log = structlog.get_logger("tongban.ui")


class Language(LocaleMiddleware):
    """Chinese first: pages follow what the reader chose, never what the browser happens to prefer.

    Machines say what they want in Accept-Language.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith("/api/"):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


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
