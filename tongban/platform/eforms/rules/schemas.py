"""What a JSON Schema says of the answers it is about, and what is wrong with one."""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from tongban.infrastructure.kernel.problems import gettext_noop
from tongban.platform.eforms.rules.layout import Schema

# What a schema breaks of the schema of schemas.
_BREACHES = {
    "type": gettext_noop("the value is of the wrong type"),
    "anyOf": gettext_noop("the value is not one of those allowed there"),
    "enum": gettext_noop("the value is not one of those allowed there"),
    "format": gettext_noop("the value is not in the right format"),
    "pattern": gettext_noop("the value is not in the right format"),
    "uniqueItems": gettext_noop("something appears there twice"),
    "minimum": gettext_noop("the number is too small"),
    "exclusiveMinimum": gettext_noop("the number is too small"),
    "minItems": gettext_noop("the list is empty"),
    "$ref": gettext_noop("the reference leads nowhere"),
}


def can_be_required(schema: Any) -> Iterator[str]:
    """Yield the names of the answers that the schema asks for, always or under a condition."""
    if isinstance(schema, list):
        for item in schema:
            yield from can_be_required(item)
    elif isinstance(schema, Mapping):
        if isinstance(schema.get("required"), list):
            yield from (str(name) for name in schema["required"])
        for key in ("allOf", "anyOf", "oneOf", "then", "else"):
            yield from can_be_required(schema.get(key))
        for part in (schema.get("dependentRequired"), schema.get("dependentSchemas")):
            for value in part.values() if isinstance(part, Mapping) else ():
                yield from (str(name) for name in value) if isinstance(value, list) else can_be_required(value)


def in_words(error: Exception) -> str:
    """Say what is wrong with a schema: in a sentence that is translated, else as the library has it."""
    if isinstance(error, jsonschema_rs.ReferencingError):
        return _BREACHES["$ref"]
    kind = getattr(getattr(error, "kind", None), "name", "")
    return _BREACHES.get(kind) or str(error).partition("\n")[0][:200]


def type_of(schema: Schema) -> str:
    """Return the type of an answer, "string" where only texts are allowed; "" where the schema does not say."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return kind
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if values and all(isinstance(value, str) for value in values):
        return "string"
    return ""
