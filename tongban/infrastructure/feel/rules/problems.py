"""What is wrong with an expression: where, what, and what to write instead. Sentences are translated by the service."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Mark a sentence for the translators; rules do not know the framework that translates."""
    return text


@dataclass(frozen=True)
class Problem:
    """Why a text is not an expression that can be evaluated.

    position   of the character, counted from 1
    text       sentence with %(name)s places
    remedy     sentence that says what to write instead
    details    values for both
    """

    position: int
    text: str
    remedy: str
    details: Mapping[str, object] = field(default_factory=dict)


class UnreadableExpression(ValueError):
    """The text is no expression of the subset of FEEL that is carried; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.position}: {problem.text % problem.details}")
        self.problem = problem


def refuse(position: int, text: str, remedy: str, **details: object) -> UnreadableExpression:
    """Return the fault to raise at a place, counted from 0."""
    return UnreadableExpression(Problem(position + 1, text, remedy, details))
