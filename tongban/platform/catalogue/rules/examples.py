"""Are the examples of a definition complete enough to be played?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

FILE = "examples.json"
# The day on which examples play: a Monday without holidays near it.
DAY = date(2026, 3, 2)
KINDS = ("yes", "no", "incomplete")
# What happens besides the tasks, with what has to be said of it.
EVENTS = {
    "terminate": {"cause", "opinion"},
    "forward": {"office", "opinion"},
    "overdue": set[str](),
    "hearing": {"opinion", "wish", "where", "host", "record"},
    "pay": set[str](),
    "publicity": set[str](),
    "silence": set[str](),
    "follow_up": {"kept", "opinion"},
    "deliver": {"how", "receiver"},
    "post": {"recipient", "phone", "area", "street", "waybill"},
    "archive": set[str](),
}
EXPECTED = (
    *("granted", "refused", "not_accepted", "not_eligible", "incomplete"),
    "revoked",
    *("terminated", "forwarded", "lapsed", "withdrawn"),
)
_TEXT, _TABLE, _FILES = (
    {"type": "string"},
    {"type": "object"},
    {"type": "object", "additionalProperties": {"type": "string"}},
)
_TEXTS = {"type": "array", "items": _TEXT}
_POINTS = {"type": "array", "items": {"type": "object", "properties": {"material": _TEXT}}}
_THEN = {"type": "object", "properties": {"answers": _TABLE, "materials": _FILES}}
# Another department that is asked to sign a step as well 加签; its own answer is the next step of the same task.
_SIGN_TOO = {
    "type": "object",
    "required": ["department", "reason"],
    "properties": {"department": _TEXT, "reason": _TEXT},
}
# What the applicant holds already, for a service that acts on a licence.
_LICENCE = {
    "type": "object",
    "required": ["number", "kind_code", "valid_from", "face"],
    "properties": {**dict.fromkeys(("number", "kind_code", "valid_from", "valid_until"), _TEXT), "face": _TABLE},
}
# What an example looks like: whoever plays it counts on each of these.
SHAPE: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "kind", "applicant", "answers", "materials", "steps", "expect"],
        "additionalProperties": False,
        "properties": {
            "name": _TEXT,
            "kind": {"enum": list(KINDS)},
            "applicant": {"enum": ["person", "organisation"]},
            "answers": _TABLE,
            "materials": _FILES,
            "steps": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "task": _TEXT,
                        "outcome": _TEXT,
                        "points": _POINTS,
                        "then": _THEN,
                        "sign_too": _SIGN_TOO,
                    },
                    "if": {"required": ["event"]},
                    "then": {"properties": {"event": {"enum": sorted(EVENTS)}}},
                    "else": {"required": ["task", "outcome"]},
                },
            },
            "expect": {
                "type": "object",
                "required": ["outcome"],
                "properties": {"outcome": {"enum": list(EXPECTED)}, "checks": _TEXTS},
            },
            "confirm": _TEXTS,
            "commitment": {"type": "boolean"},
            "deferred": {"type": "boolean"},
            "licence": _LICENCE,
        },
    },
}
OUTCOMES = {
    "accept": {"accept", "supplement", "not_accept"},
    "review": {"pass", "fail"},
    "inspect": {"pass", "fail"},
    "approve": {"grant", "refuse"},
}


def problems(
    examples: Sequence[Mapping[str, Any]],
    *,
    fields: Collection[str],
    materials: Collection[str],
    media: Collection[str],
    tasks: Mapping[str, tuple[str, str]],
) -> Iterator[Problem]:
    """Check that there is an example of each kind, and that they name only what exists. Their shape is SHAPE."""
    for kind in KINDS:
        if not any(example["kind"] == kind for example in examples):
            yield _problem(
                "",
                gettext_noop("There is no example of the kind “%(kind)s”."),
                gettext_noop("A definition needs at least a yes, a no and an incomplete one."),
                kind=kind,
            )
    for number, example in enumerate(examples, 1):
        where = f"[{number}]"
        yield from _unknown(f"{where}.answers", example["answers"], fields, "form.json")
        yield from _materials(f"{where}.materials", example["materials"], materials, media)
        yield from _steps(f"{where}.steps", example["steps"], fields, materials, media, tasks)


def _unknown(where: str, given: Any, known: Collection[str], source: str) -> Iterator[Problem]:
    for name in sorted(set(given) - set(known)) if known else ():
        yield _problem(
            where,
            gettext_noop("“%(name)s” does not exist in %(source)s."),
            gettext_noop("Correct the name."),
            name=name,
            source=source,
        )


def _materials(where: str, given: Any, known: Collection[str], media: Collection[str]) -> Iterator[Problem]:
    yield from _unknown(where, given, known, "service.toml")
    for code, file in given.items():
        if file != "fetch" and file not in media:
            yield _problem(
                f"{where}.{code}",
                gettext_noop("The file “%(file)s” is not in the folder."),
                gettext_noop("Add it, or write “fetch” where the platform gets the material itself."),
                file=file,
            )


def _steps(
    where: str,
    steps: Any,
    fields: Collection[str],
    materials: Collection[str],
    media: Collection[str],
    tasks: Mapping[str, tuple[str, str]],
) -> Iterator[Problem]:
    for number, step in enumerate(steps, 1):
        here = f"{where}[{number}]"
        if "event" in step:
            yield from _event(here, step)
            continue
        task = step["task"]
        if tasks and task not in tasks:
            yield _problem(
                here,
                gettext_noop("process.bpmn has no task “%(task)s”."),
                gettext_noop("Use the id of a task."),
                task=task,
            )
            continue
        allowed = OUTCOMES.get(tasks[task][0]) if tasks else None
        if allowed and step["outcome"] not in allowed:
            yield _problem(
                here,
                gettext_noop("“%(key)s” must be one of: %(allowed)s."),
                "",
                key="outcome",
                allowed=", ".join(sorted(allowed)),
            )
        for point in step.get("points", []):
            if point.get("material"):
                yield from _unknown(here, [point["material"]], materials, "service.toml")
        then = step.get("then", {})
        yield from _unknown(here, then.get("answers", {}), fields, "form.json")
        yield from _materials(here, then.get("materials", {}), materials, media)


def _event(where: str, step: Mapping[str, Any]) -> Iterator[Problem]:
    for key in sorted(EVENTS[step["event"]] - set(step)):
        yield _problem(
            where,
            gettext_noop("The key “%(key)s” is missing."),
            gettext_noop("Add it; docs/first-service.md shows what is required."),
            key=key,
        )


def _problem(where: str, text: str, remedy: str, **details: Any) -> Problem:
    return Problem(FILE, where, text, remedy, details=details)
