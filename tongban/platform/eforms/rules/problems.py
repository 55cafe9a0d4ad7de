"""What is wrong with a form: where, what, and what to do. Sentences are said by the kernel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.infrastructure.kernel.problems import Problem


def problem(
    place: str,
    text: str,
    remedy: str,
    details: Mapping[str, Any] | None = None,
    file: str = "form.json",
) -> Problem:
    """Return one thing that is wrong. place: where in the file, "layout[operator].fields[uscc].widget"."""
    return Problem(file, place, text, remedy, "error", details or {})


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an answer.

    path       "field" or "table.0.column"
    text       sentence with %(label)s and other places; it names the question and says what to do
    """

    path: str
    text: str
    details: Mapping[str, object] = field(default_factory=dict)
