"""Refusals of the house become pages; so do the two faults that only an operator can mend."""

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from tongban.infrastructure.database.outages import outage_of
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui import error_pages
from tongban.infrastructure.ui.problem_json import MEDIA_TYPE, is_machine, problem_response

log = structlog.get_logger("tongban.ui")


class RejectUnreadable:
    """Sends back what cannot be read: zero bytes in the address, forms that are not UTF-8, more than a disk can take.

    No browser sends the first two, and databases stumble over both. Machines are told in their own way whatever goes
    wrong, here or further in, before a view could say it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        if response.status_code >= 400 and is_machine(request) and response.get("Content-Type") != MEDIA_TYPE:
            problem = problem_response(request, response.status_code)
            for name in ("Allow", "Retry-After"):
                if name in response:
                    problem[name] = response[name]
            return problem
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if _is_too_large(request):
            return error_pages.too_large(request)
        return self.get_response(request) if _is_readable(request) else error_pages.bad_request(request)


class Language(LocaleMiddleware):
    """Chinese first: pages follow what the reader chose, never what the browser happens to prefer.

    Machines say what they want in Accept-Language.
    """

    def process_request(self, request: HttpRequest) -> None:
        if is_machine(request):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


class RefusalPages:
    """Turns a `Refusal` raised in a view into a page that says why, and what to do next. The gateway has its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _words: Any) -> HttpResponse | None:
        """Send back a form with a zero byte in it, whatever field it is in: no database of ours takes one."""
        # Only now, after the check for forged forms has read it, so that nobody's body is read who may not send one.
        if request.method != "POST" or is_machine(request):
            return None
        holds_zero = any("\0" in text for name, texts in request.POST.lists() for text in (name, *texts))
        return error_pages.bad_request(request) if holds_zero else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if is_machine(request):
            return None
        if isinstance(exception, Refusal):
            return error_pages.refused(request, exception)
        if outage := outage_of(exception):
            log.error("not available", reason=outage, exc_info=exception)
            return error_pages.unavailable(request, outage)
        return None


def _is_too_large(request: HttpRequest) -> bool:
    # Whatever a request says of its length is all that is read of it; said here, nothing was kept of it yet.
    length = request.META.get("CONTENT_LENGTH") or ""
    return length.isdecimal() and int(length) > settings.UI_MAX_REQUEST_MB * 1024 * 1024


def _is_readable(request: HttpRequest) -> bool:
    charset = (request.content_params or {}).get("charset", "utf-8")
    query = request.META.get("QUERY_STRING", "")
    return "\0" not in request.path_info and "%00" not in query and charset.lower() in {"utf-8", "utf8"}
