"""SensorThings 1.1 at /sta/v1.1: who asks, what, and the answer."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.db import DataError, transaction
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from tongban.infrastructure.kernel.actors import ANONYMOUS, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, public
from tongban.platform.identity import services as identity
from tongban.platform.sensing.rules.odata import UnreadableQuery, segments
from tongban.platform.sensing.sensorthings import answering, writing
from tongban.platform.sensing.sensorthings.entities import SETS

ROOT = "/sta/v1.1"
MAX_BATCH = 100


class Said:
    """An answer before it is sent: of one call, or of one part of a batch."""

    def __init__(self, status: int, body: Any = None, location: str = "") -> None:
        self.status, self.body, self.location = status, body, location


@csrf_exempt
@public
def root(request: Request) -> HttpResponse:
    """Name the eight sets."""
    if request.method not in ("GET", "HEAD"):
        return _sent(Said(405, _error(405, "only GET is possible here")))
    return _sent(Said(200, answering.root_document(_root())))


@csrf_exempt
@public
def anything(request: Request, rest: str) -> HttpResponse:
    """Answer what lies below the root. Who shows no key reads what is open to everybody."""
    shown = request.headers.get("Authorization", "")
    actor = ANONYMOUS
    if shown:
        found = identity.token_actor(shown, address=request.actor.address)
        if found is None:
            return _sent(Said(401, _error(401, "the key is not valid")))
        actor = found
    query = request.META.get("QUERY_STRING", "").encode("iso-8859-1").decode(errors="replace")
    if request.method == "POST" and rest == "$batch":
        return _sent(_batch(actor, request.body))
    return _sent(said(actor, request.method or "GET", rest, query, request.body))


def said(actor: Actor, method: str, rest: str, query: str, body: bytes) -> Said:
    """Answer one call; what is wrong is answered, too."""
    answer = Said(500)
    try:
        with refusals(403, 404) as refused, transaction.atomic():
            answer = (
                _METHODS[method](actor, rest, query, body) if method in _METHODS else Said(405, _error(405, method))
            )
    except UnreadableQuery as error:
        return Said(400, _error(400, str(error)))
    except DataError:
        return Said(400, _error(400, "what is compared cannot be compared"))
    if refused and refused.refusal:
        return _refused(actor, refused.refusal)
    return answer


def _get(actor: Actor, rest: str, query: str, body: bytes) -> Said:
    return Said(200, answering.read(actor, _root(), segments(rest), query))


def _post(actor: Actor, rest: str, query: str, body: bytes) -> Said:
    _must_be_known(actor)
    if rest == "CreateObservations":
        return Said(201, writing.observe_array(actor, _root(), _json(body)))
    path = segments(rest)
    if len(path) == 1:
        name, around = path[0].name, {}
    else:
        reached = answering.reach(actor, path[:-1])
        related = reached.entities.related.get(path[-1].name)
        if related is None or not reached.one:
            raise UnreadableQuery(f"nothing is created at {rest}")
        name, around = related.target, _around(reached.entities.name, reached.row)
    if name not in SETS or path[-1].key is not None:
        raise UnreadableQuery(f"nothing is created at {rest}")
    row = writing.create(actor, name, _json(body), around)
    # As the standard has it: the entity is read at its address.
    location = f"{_root()}/{name}({row.pk})"
    # Whoever may send and not read is told where it lies.
    seen = SETS[name].visible_to(actor).filter(pk=row.pk).exists()
    entity = answering.read(actor, _root(), segments(f"{name}({row.pk})"), "") if seen else None
    return Said(201, entity or {"@iot.id": row.pk, "@iot.selfLink": location}, location)


def _patch(actor: Actor, rest: str, query: str, body: bytes) -> Said:
    _must_be_known(actor)
    reached = _one(actor, rest)
    writing.change(actor, reached.entities.name, reached.row, _json(body))
    return Said(200, answering.read(actor, _root(), segments(f"{reached.entities.name}({reached.row.pk})"), ""))


def _delete(actor: Actor, rest: str, query: str, body: bytes) -> Said:
    _must_be_known(actor)
    writing.delete(actor, _one(actor, rest).row)
    return Said(200)


_METHODS: Mapping[str, Callable[[Actor, str, str, bytes], Said]] = {
    "GET": _get,
    "HEAD": _get,
    "POST": _post,
    "PATCH": _patch,
    "DELETE": _delete,
}


def _one(actor: Actor, rest: str) -> answering.Reached:
    reached = answering.reach(actor, segments(rest))
    if not reached.one or reached.rest:
        raise UnreadableQuery("one entity is expected")
    return reached


def _around(name: str, row: Any) -> dict[str, Any]:
    """Return what the address of a new entity says that it belongs to."""
    singular = {"Things": "Thing", "Sensors": "Sensor", "ObservedProperties": "ObservedProperty"}
    singular |= {"Datastreams": "Datastream", "FeaturesOfInterest": "FeatureOfInterest", "Locations": "Locations"}
    return {singular[name]: row} if name in singular else {}


def _batch(actor: Actor, body: bytes) -> Said:
    """Answer several calls of one; those of one atomicity group all or none (JSON of OData 4.01)."""
    try:
        requests = _json(body)["requests"]
        if not isinstance(requests, list) or len(requests) > MAX_BATCH:
            raise TypeError
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for number, one in enumerate(requests):
            groups.setdefault(str(one.get("atomicityGroup") or f" {number}"), []).append(one)
    except (UnreadableQuery, KeyError, TypeError, AttributeError):
        return Said(400, _error(400, f"a list of at most {MAX_BATCH} requests is expected"))
    told: list[dict[str, Any]] = []
    for group in groups.values():
        told += _together(actor, group)
    return Said(200, {"responses": told})


def _together(actor: Actor, group: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    made: dict[str, str] = {}
    with transaction.atomic():
        for one in group:
            answer = _part(actor, one, made)
            told.append(_told(one, answer))
            if answer.status >= 400:
                transaction.set_rollback(True)
                return [_told(each, answer if each is one else Said(424)) for each in group] if len(group) > 1 else told
    return told


def _part(actor: Actor, one: Mapping[str, Any], made: dict[str, str]) -> Said:
    address = str(one.get("url", ""))
    text = json.dumps(one.get("body"))
    for name, pk in made.items():  # what was created before is named "$1"
        address, text = address.replace(f"${name}", pk), text.replace(f'"${name}"', pk.rpartition("(")[2][:-1])
    path, _mark, query = address.removeprefix(_root()).strip("/").partition("?")
    answer = said(actor, str(one.get("method", "get")).upper(), unquote(path), query, text.encode())
    if answer.status == 201 and answer.location:
        made[str(one.get("id", ""))] = answer.location.removeprefix(f"{_root()}/")
    return answer


def _told(one: Mapping[str, Any], answer: Said) -> dict[str, Any]:
    told: dict[str, Any] = {"id": one.get("id"), "status": answer.status}
    if answer.location:
        told["location"] = answer.location
    if answer.body is not None:
        told["body"] = answer.body.value if isinstance(answer.body, answering.Bare) else answer.body
    return told


def _must_be_known(actor: Actor) -> None:
    if not actor.signed_in:
        raise NoKeyShown()


class NoKeyShown(Refusal):
    status = 403


def _refused(actor: Actor, refusal: Refusal) -> Said:
    status = 401 if isinstance(refusal, NoKeyShown) else 400 if refusal.status == 422 else refusal.status
    return Said(status, _error(status, str(refusal)))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), parse_constant=_no_number)
    except ValueError as error:
        raise UnreadableQuery("this is no JSON") from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _error(status: int, message: str) -> dict[str, Any]:
    return {"code": status, "type": "error", "message": message}


def _sent(answer: Said) -> HttpResponse:
    if isinstance(answer.body, answering.Bare):
        value = answer.body.value
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return HttpResponse(text, status=answer.status, content_type="text/plain; charset=utf-8")
    text = "" if answer.body is None else json.dumps(answer.body, ensure_ascii=False)
    response = HttpResponse(text, status=answer.status, content_type="application/json; charset=utf-8")
    response["Cache-Control"] = "no-store"
    if answer.location:
        response["Location"] = answer.location
    if answer.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _root() -> str:
    return f"{settings.PUBLIC_URL}{ROOT}"
