"""What is wrong, told to machines: application/problem+json (RFC 9457)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from tongban.infrastructure.kernel.portals import portal_at

MEDIA_TYPE = "application/problem+json"


def is_machine(request: HttpRequest) -> bool:
    """Say whether the interface for machines was asked, which answers in JSON whatever happens."""
    return portal_at(request.path_info).audience == "machines"


def problem_response(
    request: HttpRequest,
    status: int,
    title: str = "",
    *,
    detail: str = "",
    errors: Mapping[str, Sequence[str]] | None = None,
) -> HttpResponse:
    """Answer with application/problem+json.

    title    what is wrong, in one sentence; by default what the status says
    errors   field path -> sentences, as an extension member
    """
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title or _said_by(status),
        "status": status,
        "instance": request.path,
    }
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def _said_by(status: int) -> str:
    return {
        400: _("The request cannot be read."),
        403: _("You do not have the duty needed for this."),
        404: _("There is nothing here that you may see."),
        405: _("This address does not accept that method."),
        413: _("This is too large to be received at once. Send smaller files, or one at a time."),
        422: _("Some answers are missing or wrong."),
        429: _("Too many attempts."),
        500: _("Something went wrong on our side. It has been recorded; treat what was not confirmed as not done."),
        503: _("This cannot be done right now. Nothing was saved; please try again later."),
    }.get(status, _("This cannot be done now."))
