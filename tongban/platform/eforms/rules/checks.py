"""Checks of a form: what is wrong, or strange enough to be looked at again, across answers and what the house knows."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tongban.infrastructure import feel
from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.eforms.rules.problems import problem

# What a check may ask for besides the answers.
KNOWLEDGE = frozenset({"age", "applicant", "registers", "licences"})
SEVERITIES = ("error", "confirm")
_KEYS = frozenset({"id", "wrong", "severity", "at", "fields", "message", "message_en", "source"})
_NEEDED = frozenset({"id", "wrong", "severity", "message", "message_en"})
_ID = re.compile(r"[a-z][a-z0-9-]{0,59}")
_PLACE = re.compile(r"\{([^{}]+)\}")
_REGISTER = re.compile(r"registers\.([a-z0-9_]+)\.([a-z0-9_]+)")


@dataclass(frozen=True)
class Check:
    """One thing that must not be, or must be confirmed.

    wrong      FEEL expression; only `true` is wrong, what is not answered is not
    severity   error, or confirm: the applicant looks at it again and may say that it is so
    at         "begin": asked before anything is filled in; "" with the answers
    fields     the questions it points to, the one to mend first
    message    in Chinese, english in English; {expressions} are filled in
    source     the rule it comes from
    """

    id: str
    wrong: feel.Expression
    severity: str
    at: str
    fields: tuple[str, ...]
    message: str
    english: str
    source: str
    values: Mapping[str, feel.Expression]

    @cached_property
    def asks(self) -> frozenset[str]:
        """Return the names that the check looks at."""
        names = set(self.wrong.names())
        for value in self.values.values():
            names |= set(value.names())
        return frozenset(names)

    @cached_property
    def registers(self) -> frozenset[str]:
        """Return what it wants to know from registers, as sources: "register:enterprise.established_on"."""
        texts = (self.wrong.text, *self.values)
        return frozenset(f"register:{key}.{field}" for text in texts for key, field in _REGISTER.findall(text))

    def is_wrong(self, context: Mapping[str, Any], today: date) -> bool:
        return self.wrong.evaluate(context, today=today) is True

    def filled(self, template: str, context: Mapping[str, Any], today: date, texts: Mapping[str, str]) -> str:
        """Return a message with its places filled in.

        texts   question -> its answer as people read it, for places that hold nothing but a question's name
        """

        def value(found: re.Match[str]) -> str:
            text = found[1].strip()
            return texts[text] if text in texts else _said(self.values[text].evaluate(context, today=today))

        return _PLACE.sub(value, template)


def read(raw: Any, fields: Collection[str]) -> tuple[tuple[Check, ...], list[Problem]]:
    """Read the checks of a form; they may only be used when there are no problems."""
    problems: list[Problem] = []
    if not isinstance(raw, list):
        return (), [problem("checks", gettext_noop("This is not a list."), gettext_noop("Write […]."))]
    found: dict[str, Check] = {}
    for index, item in enumerate(raw):
        place = f"checks[{item.get('id', index) if isinstance(item, Mapping) else index}]"
        check = _check(place, item, frozenset(fields), problems)
        if check and check.id in found:
            problems.append(
                problem(
                    place, gettext_noop("“%(name)s” appears twice."), gettext_noop("Rename one."), {"name": check.id}
                )
            )
        elif check:
            found[check.id] = check
    return tuple(found.values()), problems


def of_form(form: Any) -> tuple[tuple[Check, ...], list[Problem]]:
    """Read the checks of a whole form definition; there need be none."""
    if not isinstance(form, Mapping) or "checks" not in form:
        return (), []
    schema = form.get("schema")
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return read(form["checks"], properties if isinstance(properties, Mapping) else ())


def _check(place: str, item: Any, fields: frozenset[str], problems: list[Problem]) -> Check | None:
    found = list(_shape(place, item)) or [*_choices(place, item), *_points(place, item, fields)]
    problems.extend(found)
    if found:
        return None
    before = len(problems)
    wrong = _expression(f"{place}.wrong", item["wrong"], fields, problems)
    values = {
        text: value
        for key in ("message", "message_en")
        for text in map(str.strip, _PLACE.findall(item[key]))
        if (value := _expression(f"{place}.{key}", text, fields, problems))
    }
    if wrong is None or len(problems) > before:
        return None
    return Check(
        id=item["id"],
        wrong=wrong,
        severity=item["severity"],
        at=item.get("at", ""),
        fields=tuple(item.get("fields", ())),
        message=item["message"],
        english=item["message_en"],
        source=str(item.get("source", "")),
        values=values,
    )


def _shape(place: str, item: Any) -> Iterator[Problem]:
    if not isinstance(item, Mapping):
        yield problem(place, gettext_noop("This is not an object."), gettext_noop("Write {…}."))
        return
    for key in sorted(set(item) - _KEYS):
        yield problem(
            f"{place}.{key}",
            gettext_noop("The key “%(key)s” is not known here."),
            gettext_noop("Remove it; allowed are: %(known)s."),
            {"key": key, "known": ", ".join(sorted(_KEYS))},
        )
    for key in sorted(_NEEDED - {key for key in item if isinstance(item[key], str) and item[key].strip()}):
        yield problem(place, gettext_noop("The key “%(keys)s” is missing."), gettext_noop("Add it."), {"keys": key})


def _choices(place: str, item: Mapping[str, Any]) -> Iterator[Problem]:
    if not _ID.fullmatch(item["id"]):
        yield problem(
            f"{place}.id",
            gettext_noop("“%(value)s” is not a name."),
            gettext_noop("Use lower-case letters, digits, _ and -, beginning with a letter, at most 60 characters."),
            {"value": item["id"][:80]},
        )
    for key, allowed in (("severity", SEVERITIES), ("at", ("begin", ""))):
        if item.get(key, "") not in allowed:
            yield problem(
                f"{place}.{key}",
                gettext_noop("“%(value)s” cannot be chosen here."),
                gettext_noop("Use one of: %(known)s."),
                {"value": str(item.get(key))[:40], "known": ", ".join(filter(None, allowed))},
            )


def _points(place: str, item: Mapping[str, Any], fields: frozenset[str]) -> Iterator[Problem]:
    points = item.get("fields", [])
    if not isinstance(points, list) or (not points and item.get("at") != "begin"):
        yield problem(
            f"{place}.fields",
            gettext_noop("The check refers to no question."),
            gettext_noop("List at least one field."),
        )
        return
    for name in map(str, points):
        if name not in fields:
            yield problem(
                f"{place}.fields",
                gettext_noop("The schema has no property “%(name)s”."),
                gettext_noop("Correct the spelling, or add it to schema.properties."),
                {"name": name[:80]},
            )


def _expression(place: str, text: str, fields: frozenset[str], problems: list[Problem]) -> feel.Expression | None:
    try:
        return feel.parse(text, fields | KNOWLEDGE)
    except feel.UnreadableExpression as error:
        found = error.problem
        problems.append(
            problem(
                f"{place}:{found.place}",
                gettext_noop("The expression cannot be read: %(fault)s"),
                gettext_noop("docs/rooms/feel.md says what an expression may contain."),
                {"fault": found},
            )
        )
        return None


def _said(value: Any) -> str:
    plain = feel.plain(value)
    if isinstance(plain, str):
        try:
            day = date.fromisoformat(plain)
        except ValueError:
            return plain
        return f"{day.year}年{day.month}月{day.day}日"
    if isinstance(plain, float):
        return f"{plain:g}"
    return "" if plain is None else str(plain)
