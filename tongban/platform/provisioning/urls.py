"""SCIM 2.0 at /scim/v2: a directory elsewhere keeps officials and departments in step (RFC 7644)."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError
from scim2_models import Context, Error, ListResponse, ResponseParameters, SCIMException, SearchRequest
from scim2_models import Resource as ScimResource

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, public
from tongban.platform.identity import services as identity
from tongban.platform.provisioning import schemas
from tongban.platform.provisioning.rules import Unfit
from tongban.platform.provisioning.services import DOORS, ScimDoor, chosen

KIND = "application/scim+json"
Answer = Callable[..., HttpResponse]


def _door(answer: Answer, *methods: str) -> Answer:
    """Let a view answer in SCIM's words whatever happens, and only to these methods."""

    @csrf_exempt
    @public
    def view(request: Request, **values: str) -> HttpResponse:
        if request.method not in methods:
            response = _refused(405, f"{request.method} is not possible here")
            response["Allow"] = ", ".join(methods)
            return response
        response = HttpResponse()
        try:
            with refusals(403, 404) as refused:
                response = answer(request, **values)
        except ValidationError as error:
            return _said(Error.from_validation_errors(error)[0])
        except SCIMException as error:
            return _said(error.to_error())
        except Unfit as error:
            return _refused(400, str(error), "invalidValue")
        return _told_refusal(refused.refusal) if refused and refused.refusal else response

    return view


def _actor(request: Request) -> Actor:
    """Return whose key is shown. Raises SCIMException of 401 where none is."""
    shown = request.headers.get("Authorization", "")
    actor = identity.token_actor(shown, address=request.actor.address)
    if actor is None:
        raise NoKey()
    return actor


class NoKey(SCIMException):
    status = 401
    _default_detail = "A valid key is needed: Authorization: Bearer …"


def _resources(request: Request, name: str) -> HttpResponse:
    door, actor = DOORS[name], _actor(request)
    if request.method == "POST":
        made = door.create(actor=actor, sent=_body(request))
        return _resource(request, door, made, Context.RESOURCE_CREATION_RESPONSE, status=201)
    return _found(door, actor, schemas.of(SearchRequest, door.model).model_validate(request.GET.dict()))


def _search(request: Request, name: str) -> HttpResponse:
    door, actor = DOORS[name], _actor(request)
    model = schemas.of(SearchRequest, door.model)
    return _found(door, actor, model.model_validate(_body(request), scim_ctx=Context.SEARCH_REQUEST))


def _found(door: ScimDoor, actor: Actor, asked: SearchRequest[Any]) -> HttpResponse:
    page = door.find(actor=actor, asked=asked)
    said = page.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=asked)
    return _answer(said)


def _one(request: Request, name: str, key: str) -> HttpResponse:
    door, actor, match = DOORS[name], _actor(request), request.headers.get("If-Match", "")
    if request.method == "DELETE":
        door.remove(actor=actor, key=key, match=match)
        return HttpResponse(status=204)
    if request.method == "PUT":
        found = door.replace(actor=actor, key=key, sent=_body(request), match=match)
        return _resource(request, door, found, Context.RESOURCE_REPLACEMENT_RESPONSE)
    if request.method == "PATCH":
        found = door.patch(actor=actor, key=key, sent=_body(request), match=match)
        return _resource(request, door, found, Context.RESOURCE_PATCH_RESPONSE)
    found = door.get(actor=actor, key=key)
    known = [part.strip() for part in request.headers.get("If-None-Match", "").split(",")]
    if found.meta and found.meta.version in known:
        return HttpResponse(status=304, headers={"ETag": found.meta.version})
    return _resource(request, door, found, Context.RESOURCE_QUERY_RESPONSE)


def _resource(
    request: Request, door: ScimDoor, found: ScimResource[Any], context: Context, status: int = 200
) -> HttpResponse:
    asked = schemas.of(ResponseParameters, door.model).model_validate(request.GET.dict())
    response = _answer(found.model_dump(scim_ctx=context, response_parameters=asked), status)
    if found.meta:
        response["ETag"], response["Location"] = str(found.meta.version), str(found.meta.location)
    return response


def _config(request: Request) -> HttpResponse:
    told = schemas.provider(most=settings.PROVISIONING_MAX_RESULTS).config
    return _answer(told.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE) if told else {})


def _described(request: Request, kind: str, key: str = "") -> HttpResponse:
    """Tell the kinds of resources, or their attributes; all of them or one."""
    if "filter" in request.GET:
        return _refused(403, "what this house is like is told as a whole")  # RFC 7644, 4
    provider = schemas.provider(most=settings.PROVISIONING_MAX_RESULTS)
    every: Any = provider.resource_types if kind == "ResourceTypes" else provider.schemas
    if key:
        found = next((one for one in every if one.id == key), None)
        return _answer(_dumped(found)) if found else _refused(404, "there is no such thing")
    said = [_dumped(one) for one in every]
    envelope = {"schemas": [str(ListResponse.__schema__)], "totalResults": len(said), "startIndex": 1}
    return _answer({**envelope, "itemsPerPage": len(said), "Resources": said})


def _dumped(one: Any) -> dict[str, Any]:
    return dict(one.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


def _everywhere(request: Request) -> HttpResponse:
    actor, model = _actor(request), schemas.Official | schemas.Office
    asked = schemas.of(SearchRequest, model).model_validate(_body(request), scim_ctx=Context.SEARCH_REQUEST)
    every = [one for door in DOORS.values() for one in door.every(actor, asked)]
    page = chosen(model, every, asked)
    return _answer(page.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=asked))


def _nothing(request: Request, **values: str) -> HttpResponse:
    return _refused(404, "there is nothing here")


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body.decode())
    except ValueError as error:
        raise NoScimJson() from error


class NoScimJson(SCIMException):
    scim_type = "invalidSyntax"
    _default_detail = "This is no JSON."


def _told_refusal(refusal: Refusal) -> HttpResponse:
    status = 400 if refusal.status == 422 else refusal.status
    response = _refused(status, str(refusal), "invalidValue" if status == 400 else "")
    if refusal.wait_seconds:
        response["Retry-After"] = str(refusal.wait_seconds)
    return response


def _refused(status: int, detail: str, kind: str = "") -> HttpResponse:
    return _said(Error(status=status, detail=detail, scim_type=kind or None))


def _said(error: Error) -> HttpResponse:
    response = _answer(error.model_dump(), status=int(error.status or 400))
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _answer(said: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(
        json.dumps(said, ensure_ascii=False, default=str),
        status=status,
        content_type=KIND,
        headers={"Cache-Control": "no-store"},
    )


ONE = ("GET", "PUT", "PATCH", "DELETE")
app_name = "provisioning"
urlpatterns = [
    path("scim/v2/ServiceProviderConfig", _door(_config, "GET"), name="config"),
    *(
        route
        for kind in ("Schemas", "ResourceTypes")
        for route in (
            path(f"scim/v2/{kind}", _door(_described, "GET"), {"kind": kind}, name=kind),
            path(f"scim/v2/{kind}/<str:key>", _door(_described, "GET"), {"kind": kind}, name=f"{kind}-one"),
        )
    ),
    *(
        route
        for name in DOORS
        for route in (
            path(f"scim/v2/{name}", _door(_resources, "GET", "POST"), {"name": name}, name=name),
            path(f"scim/v2/{name}/.search", _door(_search, "POST"), {"name": name}, name=f"{name}-search"),
            path(f"scim/v2/{name}/<str:key>", _door(_one, *ONE), {"name": name}, name=f"{name}-one"),
        )
    ),
    path("scim/v2/.search", _door(_everywhere, "POST"), name="everywhere"),
    path("scim/v2/<path:rest>", _door(_nothing, "GET", "POST", "PUT", "PATCH", "DELETE"), name="nothing"),
]
