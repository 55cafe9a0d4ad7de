"""What the description of the interface says beside what the endpoints say: how each of them can refuse."""

from typing import Any

from tongban.infrastructure.ui.problems import MEDIA_TYPE

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "What is wrong (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "one sentence, in the language that was asked for"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "instance": {"type": "string", "description": "path of the request"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "path of a field → what is wrong with it",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
SAYINGS = {
    400: "The request cannot be read.",
    401: "A valid key is needed.",
    403: "The key does not hold the duty needed for this.",
    404: "There is nothing here that the key may see.",
    409: "It cannot be done as things stand.",
    422: "Some parameters or answers are missing or wrong; each is named.",
    429: "Too many attempts; Retry-After says how many seconds to wait.",
    503: "Not possible right now; nothing was saved.",
}


def complete(schema: dict[str, Any]) -> None:
    """Add to every operation the refusals that any of its kind can answer with."""
    schema["components"]["schemas"]["Problem"] = PROBLEM
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            responses = operation["responses"]
            for status in sorted(_refusals(method, operation) | {code for code in responses if code >= 400}):
                told = {"description": SAYINGS[status], **responses.get(status, {})}
                told["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
                responses[status] = told


def _refusals(method: str, operation: dict[str, Any]) -> set[int]:
    found = {400, 429, 503}
    if operation.get("security"):
        found |= {401, 403}
    if operation["parameters"]:
        found |= {404, 422}
    if "requestBody" in operation:
        found |= {409, 422}
    if method != "get":
        found |= {409}
    return found
