"""Does a file of a definition have the shape that its schema says? Each fault in words, with its place and a remedy."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import jsonschema_rs

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

FILE = "service.toml"

TYPES = {
    "string": gettext_noop("a text between double quotes"),
    "integer": gettext_noop("a whole number"),
    "boolean": gettext_noop("true or false"),
    "array": gettext_noop("a list"),
    "object": gettext_noop("a table"),
}

# kind of fault: what is wrong, what to do, which detail of the validator the sentences name
SENTENCES: dict[str, tuple[str, str, str]] = {
    "enum": (
        gettext_noop("The value %(value)s is not in the list."),
        gettext_noop("Use one of: %(expected)s."),
        "options",
    ),
    "const": (
        gettext_noop("The value %(value)s is not right here."),
        gettext_noop("Write %(expected)s."),
        "expected_value",
    ),
    "pattern": (
        gettext_noop("%(value)s is not in the right format."),
        gettext_noop("It must match the pattern %(expected)s."),
        "pattern",
    ),
    "minLength": (gettext_noop("The text is empty."), gettext_noop("Fill it in."), "limit"),
    "maxLength": (
        gettext_noop("The text is too long."),
        gettext_noop("Keep it to %(expected)s characters."),
        "limit",
    ),
    "minimum": (gettext_noop("%(value)s is too small."), gettext_noop("At least %(expected)s."), "limit"),
    "maximum": (gettext_noop("%(value)s is too large."), gettext_noop("At most %(expected)s."), "limit"),
    "minItems": (gettext_noop("The list is too short."), gettext_noop("At least %(expected)s."), "limit"),
    "maxItems": (gettext_noop("The list is too long."), gettext_noop("At most %(expected)s."), "limit"),
    "uniqueItems": (gettext_noop("The list contains something twice."), gettext_noop("List it once."), ""),
    "minProperties": (
        gettext_noop("The table is empty."),
        gettext_noop('Name one source: { licence = "…" } or { register = "…" }.'),
        "",
    ),
    "maxProperties": (
        gettext_noop("The table names two sources."),
        gettext_noop("Keep one: licence or register."),
        "",
    ),
}


def problems(content: Any, schema: dict[str, Any], file: str = FILE) -> Iterator[Problem]:
    """Compare a file with its schema. Places name list entries by their code or key, else by their position."""
    for error in jsonschema_rs.validator_for(schema).iter_errors(content):
        path = list(error.instance_path)
        for found in _explain(error, place(content, path), _names_at(schema, path)):
            yield replace(found, file=file)


def place(guide: Any, path: list[str | int]) -> str:
    """Return "material[floor-plan].accept[1]" for a path into the guide."""
    words, here = "", guide
    for step in path:
        here = here[step]
        if isinstance(step, int):
            name = (here.get("code") or here.get("key")) if isinstance(here, dict) else None
            words += f"[{name or step + 1}]"
        else:
            words += f".{step}" if words else step
    return words


def _explain(error: Any, where: str, known: list[str]) -> Iterator[Problem]:
    kind, details = error.kind.name, error.kind.as_dict()
    if kind == "additionalProperties":
        for key in details["unexpected"]:
            yield _unknown(key, where, known)
    elif kind == "required":
        yield Problem(
            FILE,
            where,
            gettext_noop("The key “%(key)s” is missing."),
            gettext_noop("Add it; docs/first-service.md says what goes there."),
            details={"key": details["property"]},
        )
    elif kind == "type":
        yield Problem(
            FILE, where, gettext_noop("This must be %(type)s."), "", details={"type": TYPES[details["types"][0]]}
        )
    else:
        text, remedy, name = SENTENCES.get(kind, (gettext_noop("This is not right: %(expected)s"), "", ""))
        expected = details.get(name, error.message)
        if isinstance(expected, list):
            expected = ", ".join(str(option) for option in expected)
        yield Problem(FILE, where, text, remedy, details={"value": repr(error.instance), "expected": expected})


def _unknown(key: str, where: str, known: list[str]) -> Problem:
    near = get_close_matches(key, known, n=1)
    remedy = gettext_noop("Did you mean “%(near)s”?") if near else gettext_noop("Remove it; allowed are: %(known)s.")
    return Problem(
        FILE,
        where,
        gettext_noop("The key “%(key)s” is unknown."),
        remedy,
        details={"key": key, "near": near[0] if near else "", "known": ", ".join(known)},
    )


def _names_at(schema: Mapping[str, Any], path: list[str | int]) -> list[str]:
    """Return the keys that the schema knows at this place."""
    here: Any = schema
    for step in path:
        here = here.get("items", {}) if isinstance(step, int) else here.get("properties", {}).get(step, {})
    return list(here.get("properties", {}))
