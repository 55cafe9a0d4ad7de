"""The lines in which an older system hands its cases over, and what is wrong with one. No database, no clock.

The format, for whoever writes such a file: docs/operating/taking-over.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

FORMAT, VERSION = "tongban-cases", 1

# What a case of an older system may have gone through, and what must be said of it besides.
Kind = Literal[
    "submitted", "supplement_requested", "supplemented", "accepted", "deemed_accepted", "not_accepted", "withdrawn",
    "lapsed", "terminated", "forwarded", "extended", "procedure_begun", "procedure_ended", "opinion_given", "granted",
    "refused", "completed", "delivered", "archived",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
NEEDED: Mapping[str, tuple[str, ...]] = {
    "supplement_requested": ("points",),
    "forwarded": ("to_office",),
    "procedure_begun": ("procedure", "days"),
    "opinion_given": ("task", "outcome"),
    "delivered": ("receiver",),
}
TEXTS = ("actor", "office", "login", "opinion", "task", "outcome", "to_office", "procedure", "receiver", "cause")
CASE_KEYS = frozenset({"number", "service", "applicant", "area", "answers", "steps"})
STEP_KEYS = frozenset({"step", "at", "points", "days", *TEXTS})

# Why a line cannot be read or does not fit: a word that the room has a sentence for, and what that sentence names.
Fault = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class ForeignStep:
    """One step of a case in an older system.

    kind     one of KINDS
    actor    who took it, in words; office: for which office; login: their account here, "" for none
    said     what else is said of it: "opinion", "task", "outcome", "points" …
    """

    kind: str
    at: datetime
    actor: str
    office: str
    login: str
    said: Mapping[str, Any]


@dataclass(frozen=True)
class ForeignCase:
    """One case of an older system. applicant: number of the identity document; area: "" for that of the office."""

    number: str
    service: str
    applicant: str
    area: str
    answers: Mapping[str, Any]
    steps: tuple[ForeignStep, ...]


def faults_of_head(head: Any) -> Iterator[Fault]:
    """Yield what is wrong with the first line of a file, which says what follows and from whom."""
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        yield "head", {"format": FORMAT}
    elif head.get("version") != VERSION:
        yield "version", {"version": head.get("version"), "known": VERSION}
    elif not _text(head.get("system")):
        yield "system", {}


def faults(line: Any, *, now: datetime) -> Iterator[Fault]:
    """Yield what is wrong with one case as it was written, whatever the city knows; nothing where it can be read."""
    if not isinstance(line, dict):
        yield "not_object", {}
        return
    if unknown := sorted(line.keys() - CASE_KEYS):
        yield "unknown_key", {"name": unknown[0], "known": ", ".join(sorted(CASE_KEYS))}
    for name in ("number", "service", "applicant"):
        if not _text(line.get(name)):
            yield "missing", {"name": name}
    if not isinstance(line.get("answers", {}), dict):
        yield "missing", {"name": "answers"}
    steps = line.get("steps")
    if not isinstance(steps, list) or not steps:
        yield "missing", {"name": "steps"}
        return
    yield from _faults_of_steps(steps, now)


def read(line: Mapping[str, Any]) -> ForeignCase:
    """Return a case that `faults` found nothing wrong with."""
    return ForeignCase(
        number=line["number"].strip(),
        service=line["service"].strip(),
        applicant=line["applicant"].strip(),
        area=str(line.get("area", "")),
        answers=line.get("answers", {}),
        steps=tuple(
            ForeignStep(
                kind=step["step"],
                at=datetime.fromisoformat(step["at"]),
                actor=step.get("actor", ""),
                office=step.get("office", ""),
                login=step.get("login", ""),
                said={name: value for name, value in step.items() if name not in {"step", "at", "actor", "login"}},
            )
            for step in line["steps"]
        ),
    )


def _faults_of_steps(steps: list[Any], now: datetime) -> Iterator[Fault]:
    before: datetime | None = None
    for turn, step in enumerate(steps, 1):
        if not isinstance(step, dict) or step.get("step") not in KINDS:
            name = step.get("step") if isinstance(step, dict) else step
            yield "unknown_step", {"turn": turn, "step": name, "known": ", ".join(KINDS)}
            return
        yield from _faults_of_step(turn, step)
        at = _moment(step.get("at"))
        if at is None:
            yield "no_moment", {"turn": turn}
            return
        if at > now:
            yield "future", {"turn": turn, "at": step["at"]}
        if before and at < before:
            yield "backwards", {"turn": turn, "at": step["at"]}
        before = at
    if steps[0]["step"] != "submitted":
        yield "not_submitted", {"step": steps[0]["step"]}
    if steps[-1]["step"] in {"granted", "refused"}:
        yield "undelivered", {}


def _faults_of_step(turn: int, step: Mapping[str, Any]) -> Iterator[Fault]:
    if unknown := sorted(step.keys() - STEP_KEYS):
        yield "unknown_key", {"name": unknown[0], "known": ", ".join(sorted(STEP_KEYS))}
    for name in NEEDED.get(step["step"], ()):
        if not step.get(name):
            yield "step_lacks", {"turn": turn, "step": step["step"], "name": name}
    wrong = [name for name in TEXTS if not isinstance(step.get(name, ""), str)]
    wrong += ["points"] if not _points(step.get("points", [])) else []
    wrong += ["days"] if not isinstance(step.get("days", 1), int) or step.get("days", 1) < 1 else []
    for name in wrong:
        yield "step_lacks", {"turn": turn, "step": step["step"], "name": name}


def _points(points: Any) -> bool:
    return isinstance(points, list) and all(_text(point) for point in points)


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _moment(text: Any) -> datetime | None:
    """Return a moment with zone; None where there is no such one."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None
