"""The interface for machines: REST, described by OpenAPI 3.1; errors are problem+json (RFC 9457)."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import rooms
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.infrastructure.ui.problem_json import problem_response
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties
from tongban.portals.gateway import description

UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # what databases and UTF-8 cannot hold


class ApiKey(HttpBearer):
    """A key of another system, `Authorization: Bearer tb_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        visitor: Actor = request.actor  # type: ignore[attr-defined]
        actor = identity.token_actor(f"Bearer {token}", address=visitor.address)
        if actor is not None:
            actor = parties.with_party(actor)
            request.actor = actor  # type: ignore[attr-defined]
        return actor


class StrictJson(Parser):
    """JSON as the standard has it: UTF-8, no NaN, and text that can be kept: no zero bytes, no halves of characters."""

    def parse_body(self, request: HttpRequest) -> Any:
        text = request.body.decode()
        found = json.loads(text, parse_constant=_no_number)
        if "\\u" in text and any(UNSTORABLE.search(part) for part in _texts(found)):
            raise ValueError("text that cannot be kept")
        return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield name
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


class GatewayAPI(NinjaAPI):
    """The interface; its description names the refusals, too.

    tags   what each room's endpoints are for, in its own words
    """

    tags: Mapping[str, str] = {}

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation that names itself not: room and what it does, never where its code lies."""
        return f"{(operation.tags or ['house'])[0]}_{operation.view_func.__name__}"

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        description.complete(schema, tags=self.tags)
        return schema


class Utf8Json(JSONRenderer):
    """JSON that a person can read, too: Chinese stays Chinese."""

    json_dumps_params = {"ensure_ascii": False}


def build() -> NinjaAPI:
    """Collect every room's `rest.py` under the room's label."""
    api = GatewayAPI(
        title="Tongban 通办",
        version="1",
        description="Services, cases, licences and their verification.",
        auth=ApiKey(),
        urls_namespace="gateway",
        renderer=Utf8Json(),
        parser=StrictJson(),
        openapi_url="openapi.json",
        docs_url=None,
    )
    tags: dict[str, str] = {}
    for room in rooms():
        if find_spec(f"{room.name}.rest"):
            door = import_module(f"{room.name}.rest")
            api.add_router(f"/{room.label}", door.router)
            tags |= dict.fromkeys(door.router.tags or (), str(door.__doc__).partition("\n")[0])
    api.tags = tags
    _speak_problem_json(api)
    _refuse_unknown_parameters(api)
    return api


def _refuse_unknown_parameters(api: NinjaAPI) -> None:
    """Let every operation refuse what its address asks and it does not know, instead of answering something else."""
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                operation.view_func = _knowing(operation)


def _knowing(operation: Operation) -> Callable[..., Any]:
    models: list[Any] = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    known = {name for model in models for name in model.__ninja_flatten_map__}
    answer = operation.view_func

    @wraps(answer)
    def knowing(request: HttpRequest, *args: Any, **values: Any) -> Any:
        if unknown := sorted(set(request.GET) - known):
            sentence = _("This address has no parameter “%(name)s”.")
            raise Invalid({name: [sentence % {"name": name}] for name in unknown})
        return answer(request, *args, **values)

    return knowing


def _speak_problem_json(api: NinjaAPI) -> None:
    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        errors = refusal.errors if isinstance(refusal, Invalid) else None
        response = problem_response(request, refusal.status, str(refusal), errors=errors)
        if refusal.wait_seconds:
            response["Retry-After"] = str(refusal.wait_seconds)
        return response

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors: dict[str, list[str]] = {}
        for fault in error.errors:
            errors.setdefault(".".join(str(part) for part in fault["loc"][1:]), []).append(str(fault["msg"]))
        return problem_response(request, 422, _("Some answers are missing or wrong."), errors=errors)

    @api.exception_handler(AuthenticationError)
    def nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = problem_response(
            request, 401, _("A valid key is needed."), detail=_("Send it as “Authorization: Bearer …”.")
        )
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    @api.exception_handler(ObjectDoesNotExist)
    def missing(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem_response(request, 404, _("There is nothing here that you may see."))

    @api.exception_handler(PermissionDenied)
    def forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem_response(request, 403, _("You do not have the duty needed for this."))

    @api.exception_handler(HttpError)
    def said(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem_response(request, error.status_code, str(error))


api = build()
