"""What is wrong with a definition: where, what, and what to do. Sentences are said by the kernel."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, Severity


def problem(
    place: str,
    text: str,
    remedy: str,
    details: Mapping[str, Any] | None = None,
    file: str = "process.bpmn",
    severity: Severity = "error",
) -> Problem:
    """Return one thing that is wrong. place: id of the element, "review"; "" for the file as a whole."""
    return Problem(file, place, text, remedy, severity, details or {})


def located(problems: Iterable[Problem], lines: Mapping[str, int]) -> list[Problem]:
    """Return the problems with the lines of the file in which their elements stand."""
    return [replace(one, line=one.line or lines.get(str(one.place), 0)) for one in problems]
