"""Say what cannot be an answer at all, whatever the schema asks for; nothing of it is stored."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from tongban.infrastructure.kernel.problems import gettext_noop
from tongban.platform.eforms.rules.layout import Field
from tongban.platform.eforms.rules.messages import UNASKED
from tongban.platform.eforms.rules.problems import Fault
from tongban.platform.eforms.rules.reading import MAX_ROWS

# Beyond any answer that somebody reads, and within what every database and every reader of JSON carries.
MAX_TEXT = 10_000
MAX_NUMBER = 10**18

NO_ANSWER = gettext_noop("“%(label)s” accepts text, a number, or true or false; what was sent is none of these.")
NO_LIST = gettext_noop("“%(label)s” accepts a list of the answers shown; what was sent is not one.")
NO_ROWS = gettext_noop("“%(label)s” accepts a list of rows, each with its columns; what was sent is not one.")
NO_NUMBER = gettext_noop("“%(label)s”: this number is too large to be an answer.")
TOO_LONG = gettext_noop("“%(label)s” is too long: write at most %(limit)s characters; now there are %(length)s.")
TOO_MANY = gettext_noop("“%(label)s” may have at most %(limit)s rows.")


def faults(fields: Mapping[str, Field], answers: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the shape of answers: unknown names, nesting, size, numbers that are none.

    What is only mistyped (a word where a number is asked for) may stay in a draft, to be shown and put right.
    """
    found = []
    for name, value in answers.items():
        field = fields.get(name)
        found += [Fault(name[:60], UNASKED, {"name": name[:60]})] if field is None else _of(field, name, value)
    return found


def _of(field: Field, path: str, value: Any) -> list[Fault]:
    if value is None:
        return []
    if field.widget == "table":
        return list(_rows(field, path, value))
    if field.type != "array":
        return _single(field, path, value)
    if not isinstance(value, list):
        return _single(field, path, value)
    if len(value) > MAX_ROWS:
        return [Fault(path, TOO_MANY, {"label": field.label, "limit": MAX_ROWS})]
    if any(isinstance(item, list | Mapping) for item in value):
        return [Fault(path, NO_LIST, {"label": field.label})]
    return [fault for item in value for fault in _single(field, path, item)][:1]


def _rows(field: Field, path: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        yield Fault(path, NO_ROWS, {"label": field.label})
        return
    if len(value) > MAX_ROWS:
        yield Fault(path, TOO_MANY, {"label": field.label, "limit": MAX_ROWS})
        return
    for index, row in enumerate(value):
        for name, cell in row.items():
            column = field.column(str(name))
            here = f"{path}.{index}.{str(name)[:60]}"
            if column is None:
                yield Fault(here, UNASKED, {"name": str(name)[:60]})
            elif cell is not None:
                yield from _single(column, here, cell)


def _single(field: Field, path: str, value: Any) -> list[Fault]:
    label = field.label
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            return [Fault(path, TOO_LONG, {"label": label, "limit": MAX_TEXT, "length": len(value)})]
        return []
    if isinstance(value, bool):
        return []
    if isinstance(value, int | float):
        usable = math.isfinite(value) and abs(value) < MAX_NUMBER
        return [] if usable else [Fault(path, NO_NUMBER, {"label": label})]
    return [Fault(path, NO_ANSWER, {"label": label})]
