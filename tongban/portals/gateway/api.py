"""The interface for machines: REST, described by OpenAPI 3.1; errors are problem+json (RFC 9457)."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import Module
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties


class Key(HttpBearer):
    """A key of another system, `Authorization: Bearer tb_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = identity.token_actor(f"Bearer {token}", address=request.META.get("REMOTE_ADDR", ""))
        if actor is not None:
            actor = parties.completed(actor)
            request.actor = actor  # type: ignore[attr-defined]
        return actor


def problem(
    request: HttpRequest,
    status: int,
    title: str,
    *,
    detail: str = "",
    errors: Mapping[str, Sequence[str]] | None = None,
) -> HttpResponse:
    """Answer with application/problem+json.

    errors   field path -> sentences, as an extension member
    """
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "instance": request.path}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


class Readable(JSONRenderer):
    """JSON that a person can read, too: Chinese stays Chinese."""

    json_dumps_params = {"ensure_ascii": False}


def build() -> NinjaAPI:
    """Collect every room's `rest.py` under the room's label."""
    api = NinjaAPI(
        title="Tongban 通办",
        version="1",
        description="Services, cases, licences and their verification.",
        auth=Key(),
        urls_namespace="gateway",
        renderer=Readable(),
        openapi_url="openapi.json",
        docs_url=None,
    )
    for config in apps.get_app_configs():
        if isinstance(config, Module) and find_spec(f"{config.name}.rest"):
            api.add_router(f"/{config.label}", import_module(f"{config.name}.rest").router)
    _speak_problem_json(api)
    return api


def _speak_problem_json(api: NinjaAPI) -> None:
    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        errors = refusal.errors if isinstance(refusal, Invalid) else None
        return problem(request, refusal.status, str(refusal), errors=errors)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors: dict[str, list[str]] = {}
        for fault in error.errors:
            errors.setdefault(".".join(str(part) for part in fault["loc"][1:]), []).append(str(fault["msg"]))
        return problem(request, 422, _("Some answers are missing or wrong."), errors=errors)

    @api.exception_handler(AuthenticationError)
    def nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = problem(request, 401, _("A valid key is needed."), detail=_("Send it as “Authorization: Bearer …”."))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    @api.exception_handler(ObjectDoesNotExist)
    def missing(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(request, 404, _("There is nothing here that you may see."))

    @api.exception_handler(PermissionDenied)
    def forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem(request, 403, _("You do not have the duty needed for this."))

    @api.exception_handler(HttpError)
    def said(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(request, error.status_code, str(error))


api = build()
