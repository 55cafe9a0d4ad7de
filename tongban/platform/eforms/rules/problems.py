"""What is wrong with a form: where, what, and what to do. Sentences are translated by the service."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Mark a sentence for the translators; rules do not know the framework that translates."""
    return text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a definition.

    place      where in the file, e.g. "layout[operator].fields[uscc].widget"
    text       sentence with %(name)s places
    remedy     sentence that says what to do
    details    values for both
    file       its name in the definition folder
    """

    place: str
    text: str
    remedy: str
    details: Mapping[str, object] = field(default_factory=dict)
    file: str = "form.json"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an answer.

    path       "field" or "table.0.column"
    text       sentence with %(label)s and other places; it names the question and says what to do
    """

    path: str
    text: str
    details: Mapping[str, object] = field(default_factory=dict)
