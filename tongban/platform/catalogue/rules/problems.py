"""What is wrong with a definition, where, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation; the door that shows it translates it."""
    return text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    file      path inside the folder
    place     where in the file: "material[floor-plan].accept", "line 12, column 3"; "" for the whole file
    text      an English sentence with %(name)s places: what is wrong
    remedy    an English sentence: what to do
    details   values for the places
    """

    file: str
    place: str
    text: str
    remedy: str = ""
    severity: Severity = "error"
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def forbids(self) -> bool:
        """Say whether a definition with this problem cannot be published."""
        return self.severity == "error"
