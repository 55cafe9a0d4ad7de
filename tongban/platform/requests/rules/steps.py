"""The states of a request and the steps between them, read from a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Side = Literal["office", "department", "person"]


@dataclass(frozen=True)
class RequestState:
    """How a request stands.

    waits   who has to act: "office", "department", "" nobody; ended: nothing more happens by itself
    """

    key: str
    name: str
    english: str
    waits: str
    ended: bool = False


@dataclass(frozen=True)
class RequestStep:
    """One way from a state to another.

    by       who takes it; reason: why, or what is answered, must be written; tells: the person reads the entry
    """

    key: str
    name: str
    english: str
    before: frozenset[str]
    to: str
    by: Side
    reason: bool = False
    tells: bool = False


@dataclass(frozen=True)
class RequestCourse:
    """All states and steps."""

    states: Mapping[str, RequestState]
    steps: Mapping[str, RequestStep] = field(default_factory=dict)

    def possible(self, state: str, by: Side) -> list[RequestStep]:
        """Return the steps that somebody may take from a state."""
        return [step for step in self.steps.values() if state in step.before and step.by == by]


def read(content: Mapping[str, Any]) -> RequestCourse:
    """Read the table. Raises TypeError for an unknown key, ValueError for a step from or to nowhere."""
    states = {row["key"]: RequestState(**row) for row in content["state"]}
    steps = {}
    for row in content["step"]:
        told = {name: value for name, value in row.items() if name != "from"}
        step = RequestStep(before=frozenset(row["from"]), **told)
        if unknown := (step.before | {step.to}) - set(states):
            raise ValueError(f"step {step.key} names unknown states: {', '.join(sorted(unknown))}")
        steps[step.key] = step
    return RequestCourse(states, steps)
