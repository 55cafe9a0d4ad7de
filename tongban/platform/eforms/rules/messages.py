"""Say in sentences what a schema says in codes. Every sentence names the question and says what to do."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tongban.infrastructure.kernel.problems import gettext_noop
from tongban.platform.eforms.rules.layout import CHOICES, Field
from tongban.platform.eforms.rules.problems import Fault

Message = Callable[[Field, Any, Any], tuple[str, dict[str, object]]]

TOGETHER = gettext_noop("Some answers contradict each other. Check them again.")
UNASKED = gettext_noop("This form does not ask for “%(name)s”. Leave it out.")
ODD = gettext_noop("“%(label)s” contradicts your other answers. Check both.")
FILL_IN = gettext_noop("Fill in “%(label)s”.")
CHOOSE = gettext_noop("Choose an answer for “%(label)s”.")
TICK = gettext_noop("Tick “%(label)s” to confirm it.")
ADD_ROWS = gettext_noop("Add at least one row to “%(label)s”.")
IN_ROW = gettext_noop("“%(table)s”, row %(row)d: %(sentence)s")


def fault(error: Any, fields: Mapping[str, Field]) -> list[Fault]:
    """Translate one error of the schema library; an unexpected or missing property is one fault each."""
    path = list(error.instance_path)
    kind = error.kind
    if kind.name == "required":
        return [_missing([*path, kind.property], fields)]
    if kind.name in {"additionalProperties", "unevaluatedProperties"}:
        return [Fault(dotted([*path, name]), UNASKED, {"name": name}) for name in kind.unexpected]
    field = field_at(path, fields)
    if field is None:
        return [Fault(dotted(path), TOGETHER)]
    text, details = _MESSAGES.get(kind.name, _odd)(field, kind, error.instance)
    in_table = fields[str(path[0])].widget == "table"
    return [Fault(dotted(path[:3] if in_table else path[:1]), text, {"label": field.label, **details})]


def dotted(path: Sequence[Any]) -> str:
    return ".".join(map(str, path))


def field_at(path: Sequence[Any], fields: Mapping[str, Field]) -> Field | None:
    """Return the question, or the column, that a path leads to."""
    if not path:
        return None
    field = fields.get(str(path[0]))
    if field is None or field.widget != "table" or len(path) < 3:
        return field
    return field.column(str(path[2])) or field


def _missing(path: list[Any], fields: Mapping[str, Field]) -> Fault:
    field = field_at(path, fields)
    if field is None:
        return Fault(dotted(path), FILL_IN, {"label": str(path[-1])})
    if field.widget == "table" and len(path) == 1:
        return Fault(dotted(path), ADD_ROWS, {"label": field.label})
    if field.ticks:
        return Fault(dotted(path), TICK, {"label": field.label})
    choice = field.widget in CHOICES or field.widget == "yes-no"
    return Fault(dotted(path), CHOOSE if choice else FILL_IN, {"label": field.label})


def _type(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    if field.type == "integer":
        return gettext_noop("“%(label)s” is a whole number, such as 12. Write digits only."), {}
    if field.type == "number":
        return gettext_noop("“%(label)s” is a number, such as 120 or 9.5. Write digits only."), {}
    if field.type == "boolean" or field.widget in CHOICES:
        return CHOOSE, {}
    return FILL_IN, {}


def _at_least(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    return gettext_noop("“%(label)s” must be %(limit)s or more."), {"limit": plain(kind.limit)}


def _at_most(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    return gettext_noop("“%(label)s” must be %(limit)s or less."), {"limit": plain(kind.limit)}


def _above(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    return gettext_noop("“%(label)s” must be more than %(limit)s."), {"limit": plain(kind.limit)}


def _below(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    return gettext_noop("“%(label)s” must be less than %(limit)s."), {"limit": plain(kind.limit)}


def _multiple(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    step = plain(kind.multiple_of)
    return gettext_noop("“%(label)s” must be a multiple of %(step)s."), {"step": step}


def _longer(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    return (
        gettext_noop("“%(label)s” is too short: write at least %(limit)s characters."),
        {"limit": plain(kind.limit)},
    )


def _shorter(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    return (
        gettext_noop("“%(label)s” is too long: write at most %(limit)s characters; now there are %(length)s."),
        {"limit": plain(kind.limit), "length": len(str(value))},
    )


def _pattern(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    if field.format:
        return gettext_noop("“%(label)s” is not in the right format: %(format)s"), {"format": field.format}
    if field.widget == "phone":
        return gettext_noop(
            "“%(label)s” is not a number that can be used here. Write a mobile number of 11 digits."
        ), {}
    return gettext_noop("“%(label)s” is not in the right format. Check it character by character."), {}


def _format(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    if kind.format == "date":
        return gettext_noop("“%(label)s” is not a day of the calendar. Write it like 2026-03-15."), {}
    if kind.format == "email":
        return gettext_noop("“%(label)s” is not an e-mail address. Write it like name@example.com."), {}
    if kind.format in {"uri", "iri"}:
        return gettext_noop("“%(label)s” is not a web address. Write it like https://example.com."), {}
    return _pattern(field, kind, value)


def _choice(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    return gettext_noop("“%(label)s”: choose one of the answers shown."), {}


def _more_items(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    if field.widget == "table":
        return gettext_noop("“%(label)s” needs at least %(limit)s rows."), {"limit": plain(kind.limit)}
    return gettext_noop("“%(label)s”: choose at least %(limit)s."), {"limit": plain(kind.limit)}


def _fewer_items(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    if field.widget == "table":
        return gettext_noop("“%(label)s” may have at most %(limit)s rows."), {"limit": plain(kind.limit)}
    return gettext_noop("“%(label)s”: choose at most %(limit)s."), {"limit": plain(kind.limit)}


def _unique(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    return gettext_noop("“%(label)s” contains the same entry twice. Remove one."), {}


def _odd(field: Field, kind: Any, value: Any) -> tuple[str, dict[str, object]]:
    return ODD, {}


def plain(number: Any) -> str:
    """Write a limit as people do: 3, not 3.0."""
    return f"{number:g}" if isinstance(number, float) and abs(number) < 1e15 else str(number)


_MESSAGES: dict[str, Message] = {
    "type": _type,
    "minimum": _at_least,
    "maximum": _at_most,
    "exclusiveMinimum": _above,
    "exclusiveMaximum": _below,
    "multipleOf": _multiple,
    "minLength": _longer,
    "maxLength": _shorter,
    "pattern": _pattern,
    "format": _format,
    "enum": _choice,
    "const": _choice,
    "minItems": _more_items,
    "maxItems": _fewer_items,
    "uniqueItems": _unique,
}
