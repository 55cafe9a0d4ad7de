"""What is wrong with a definition: where, what, and what to do. Sentences are translated by the service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


def gettext_noop(text: str) -> str:
    """Mark a sentence for the translators; rules do not know the framework that translates."""
    return text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    place      id of the element, e.g. "review"; "" for the file as a whole
    text       sentence with %(name)s places
    remedy     sentence that says what to do
    details    values for both; a problem of FEEL among them is said in its own words
    file       its name in the definition folder
    severity   "error" keeps the definition from running, "warning" does not
    """

    place: str
    text: str
    remedy: str
    details: Mapping[str, object] = field(default_factory=dict)
    file: str = "process.bpmn"
    severity: Literal["error", "warning"] = "error"

    @property
    def forbids(self) -> bool:
        return self.severity == "error"
