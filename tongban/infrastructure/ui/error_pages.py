"""Pages for when something is refused, missing or broken; the last two need neither database nor session."""

import sys
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tongban.infrastructure.database.outages import Outage, outage_of
from tongban.infrastructure.kernel import links
from tongban.infrastructure.kernel.refusals import Conflict, Damaged, Invalid, Refusal


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer with the refusal's sentence and what to do next; an htmx request gets it as a notice on its page."""
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    context = {"status": refusal.status, "sentence": str(refusal), "errors": errors, "back": _back(request)}
    if request.headers.get("HX-Request"):
        response = render(request, "ui/refused_notice.html", context, status=refusal.status)
        response.headers["HX-Retarget"] = "#messages"
        response.headers["HX-Reswap"] = "innerHTML show:window:top"
        return _later(response, refusal)
    changed, damaged = isinstance(refusal, Conflict), isinstance(refusal, Damaged)
    title = _("This has changed in the meantime") if changed else _title(refusal.status)
    context |= {"title": title, "damaged": damaged}
    return _later(render(request, "ui/refused.html", context, status=refusal.status), refusal)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _plain(request, "400", 400)


def too_large(request: HttpRequest) -> HttpResponse:
    return _plain(request, "large", 413)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/refused.html", {"status": 403, "title": _title(403), "back": _back(request)}, status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or stale: open too long, or sent from another site."""
    return _plain(request, "csrf", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path_info.startswith("/static/"):
        return HttpResponse("404", status=404, content_type="text/plain")
    return render(request, "ui/refused.html", {"status": 404, "title": _title(404), "back": _back(request)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer the unexpected; where the cause is a full disk or an unreachable database, say so."""
    outage = outage_of(sys.exc_info()[1])
    return unavailable(request, outage) if outage else _plain(request, "500", 500)


def unavailable(request: HttpRequest, outage: Outage) -> HttpResponse:
    response = _plain(request, outage, 503)
    response.headers["Retry-After"] = "10" if outage == "busy" else "120"
    return response


def _later(response: HttpResponse, refusal: Refusal) -> HttpResponse:
    if refusal.wait_seconds:
        response["Retry-After"] = str(refusal.wait_seconds)
    return response


def _plain(request: HttpRequest, kind: str, status: int) -> HttpResponse:
    """Answer in both languages at once, from a template without context processors."""
    context = {"kind": kind, "status": status, "id": getattr(request, "id", "")}
    response = HttpResponse(render_to_string("ui/failure.html", context), status=status)
    if request.headers.get("HX-Request"):
        response.headers["HX-Retarget"] = "body"
    return response


def _title(status: int) -> str:
    return {
        403: _("You may not do this"),
        404: _("Page not found"),
        422: _("Please check this again"),
    }.get(status, _("This cannot be done now"))


def _back(request: HttpRequest) -> str:
    """Return where the reader came from, when that was one of our pages and not this one."""
    referer = request.headers.get("Referer", "")
    if not referer or not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return ""
    parts = urlsplit(referer)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    here = request.method == "GET" and path == request.get_full_path()
    return "" if here or parts.path == links.url_of("sign_in") else path
