"""Are the examples of a definition complete enough to be played?"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

FILE = "examples.json"
# The day on which examples play: a Monday without holidays near it.
DAY = date(2026, 3, 2)
KINDS = ("yes", "no", "incomplete")
KNOWN = {"name", "kind", "applicant", "answers", "materials", "steps", "expect", "confirm", "commitment"}
OUTCOMES = {
    "accept": {"accept", "supplement", "not_accept"},
    "review": {"pass", "fail"},
    "inspect": {"pass", "fail"},
    "approve": {"grant", "refuse"},
}
EXPECTED = {"granted", "refused", "not_accepted", "not_eligible", "incomplete"}


def problems(
    examples: Any,
    *,
    fields: Collection[str],
    materials: Collection[str],
    media: Collection[str],
    tasks: Mapping[str, tuple[str, str]],
) -> Iterator[Problem]:
    """Check the shape of examples.json, and that it names only what exists."""
    if not isinstance(examples, list) or not all(isinstance(example, dict) for example in examples):
        yield _problem("", gettext_noop("The file must be a list of examples."), gettext_noop("Begin it with “[”."))
        return
    for kind in KINDS:
        if not any(example.get("kind") == kind for example in examples):
            yield _problem(
                "",
                gettext_noop("There is no example of the kind “%(kind)s”."),
                gettext_noop("A definition needs at least a yes, a no and an incomplete one."),
                kind=kind,
            )
    for number, example in enumerate(examples, 1):
        where = f"[{number}]"
        yield from _frame(where, example)
        yield from _unknown(f"{where}.answers", example.get("answers", {}), fields, "form.json")
        yield from _materials(f"{where}.materials", example.get("materials", {}), materials, media)
        yield from _steps(f"{where}.steps", example.get("steps", []), fields, materials, media, tasks)


def _frame(where: str, example: Mapping[str, Any]) -> Iterator[Problem]:
    for key in sorted(set(example) - KNOWN):
        yield _problem(where, gettext_noop("The key “%(key)s” is unknown."), gettext_noop("Remove it."), key=key)
    for key, allowed in (("kind", KINDS), ("applicant", ("person", "organisation"))):
        if example.get(key) not in allowed:
            yield _problem(
                f"{where}.{key}",
                gettext_noop("“%(key)s” must be one of: %(allowed)s."),
                "",
                key=key,
                allowed=", ".join(allowed),
            )
    outcome = example.get("expect", {}).get("outcome")
    if outcome not in EXPECTED:
        yield _problem(
            f"{where}.expect",
            gettext_noop("“%(key)s” must be one of: %(allowed)s."),
            "",
            key="outcome",
            allowed=", ".join(sorted(EXPECTED)),
        )


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
        task = step.get("task")
        if tasks and task not in tasks:
            yield _problem(
                here,
                gettext_noop("process.bpmn has no task “%(task)s”."),
                gettext_noop("Use the id of a task."),
                task=task,
            )
            continue
        allowed = OUTCOMES.get(tasks[task][0]) if tasks else None
        if allowed and step.get("outcome") not in allowed:
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


def _problem(where: str, text: str, remedy: str, **details: Any) -> Problem:
    return Problem(FILE, where, text, remedy, details=details)
