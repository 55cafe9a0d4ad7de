"""What the description of the interface says beside what the endpoints say: how each of them can refuse."""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.infrastructure.ui.problem_json import MEDIA_TYPE

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "What is wrong (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "instance"],
    "properties": {
        "type": {"type": "string", "description": "about:blank: the status says what kind of problem it is"},
        "title": {"type": "string", "description": "one sentence, in the language that was asked for"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "the status of the answer"},
        "instance": {"type": "string", "description": "path of the request"},
        "detail": {"type": "string", "description": "what to do about it, where there is more to say"},
        "errors": {
            "type": "object",
            "description": "path of a field → what is wrong with it",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
STATUS_TEXTS = {
    400: "The request cannot be read.",
    401: "A valid key is needed.",
    403: "The key does not hold the duty needed for this.",
    404: "There is nothing here that the key may see.",
    409: "It cannot be done as things stand.",
    422: "Some parameters or answers are missing or wrong; each is named.",
    429: "Too many attempts; Retry-After says how many seconds to wait.",
    503: "Not possible right now; nothing was saved.",
}


LATER = {"Retry-After": ("Seconds to wait before trying again.", {"type": "integer", "minimum": 1})}
HEADERS: dict[int, dict[str, tuple[str, dict[str, Any]]]] = {
    401: {"WWW-Authenticate": ("Bearer", {"type": "string"})},
    429: LATER,
    503: LATER,
}
LICENCE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}
SERVERS = [{"url": "/", "description": "The installation that serves this description."}]
REFERENCE = "#/components/schemas/"


def complete(schema: dict[str, Any], *, tags: Mapping[str, str]) -> None:
    """Add what endpoints do not say themselves: refusals, who may call without a key, tags, server, licence."""
    schema["info"]["license"] = LICENCE
    schema["servers"] = SERVERS
    schema["components"]["schemas"]["Problem"] = PROBLEM
    schema["components"]["securitySchemes"]["ApiKey"]["description"] = "A key made at the desk; it begins with tb_."
    used = set()
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            used.update(operation["tags"])
            responses = operation["responses"]
            for status in sorted(_refusals(method, operation) | {code for code in responses if code >= 400}):
                responses[status] = _refusal(status, responses.get(status, {}))
            operation.setdefault("security", [])
    schema["tags"] = [{"name": tag, "description": tags[tag]} for tag in sorted(used)]
    _drop_unused(schema)


def _refusal(status: int, said: dict[str, Any]) -> dict[str, Any]:
    response = {"description": STATUS_TEXTS[status], **said}
    response["content"] = {MEDIA_TYPE: {"schema": {"$ref": f"{REFERENCE}Problem"}}}
    if status in HEADERS:
        response["headers"] = {
            name: {"description": text, "schema": kind} for name, (text, kind) in HEADERS[status].items()
        }
    return response


def _drop_unused(schema: dict[str, Any]) -> None:
    """Leave out what no operation leads to: parameters are described where they are asked."""
    known = schema["components"]["schemas"]
    used = reached(schema["paths"], known)
    schema["components"]["schemas"] = {name: known[name] for name in known if name in used}


def reached(part: Any, known: Mapping[str, Any]) -> set[str]:
    """Return the names of the schemas that a part of the description leads to, directly or through others."""
    used: set[str] = set()
    waiting = list(_referred(part))
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting.extend(_referred(known[name]))
    return used


def _referred(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(reference := part.get("$ref"), str):
            yield reference.removeprefix(REFERENCE)
        for value in part.values():
            yield from _referred(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _referred(value)


def _refusals(method: str, operation: dict[str, Any]) -> set[int]:
    found = {400, 429, 503}
    if operation.get("security"):
        found |= {401, 403}
    if operation["parameters"]:
        found |= {404, 422}
    if "requestBody" in operation:
        found |= {404, 409, 422}  # it may name what the key does not see
    if method != "get":
        found |= {409}
    return found
