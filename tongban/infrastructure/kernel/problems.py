"""What is wrong with a text that people write for the system: a definition, a table, a form, an expression.

Rules find problems and know no language: they mark sentences with `gettext_noop`; a door says them with `sentence`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext

Severity = Literal["error", "warning"]
FLAW = "flaw"  # the name of a detail that may be a sentence with places of its own
LINE = re.compile(r"line (?P<line>[0-9]+)(?:, column (?P<column>[0-9]+))?")


def gettext_noop(text: str) -> str:
    """Mark a sentence for the translators; rules do not know the framework that translates."""
    return text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    file       its name in the folder of the definition; "" where the text is no file
    place      where in it: "material[floor-plan].accept", "line 12, column 3", the id of an element, the number of a
               character counted from 1; "" for the whole
    text       sentence with %(name)s places: what is wrong
    remedy     sentence with the same places: what to do, or to write instead
    severity   "error" keeps the definition from being used, "warning" does not
    details    values for the places; a problem among them is said in its own words
    line       of the file, where the place does not say it; 0 where it is not known
    """

    file: str
    place: str | int
    text: str
    remedy: str = ""
    severity: Severity = "error"
    details: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0

    @property
    def forbids(self) -> bool:
        """Say whether a definition with this problem cannot be used."""
        return self.severity == "error"


def sentence(problem: Problem) -> str:
    """Return "file, place, line: what is wrong. What to do." in the language of the moment."""
    line = gettext("line %(line)s") % {"line": problem.line} if problem.line else ""
    where = ", ".join(part for part in (problem.file, _place(problem.place), line) if part)
    return f"{where}: {reason(problem)}" if where else reason(problem)


def reason(problem: Problem) -> str:
    """Return the same without the place, where it stands within another sentence."""
    details = {name: _detail(value) for name, value in problem.details.items()}
    if isinstance(problem.details.get(FLAW), str):
        details[FLAW] = details[FLAW] % details
    said = " ".join(gettext(part) % details for part in (problem.text, problem.remedy) if part)
    return said.replace("。 ", "。")


def _detail(value: Any) -> Any:
    if isinstance(value, Problem):
        return reason(value)
    return gettext(value) if isinstance(value, str) and value else value


def _place(place: str | int) -> str:
    if isinstance(place, int):
        return gettext("character %(position)d") % {"position": place}
    found = LINE.fullmatch(place)
    if not found:
        return place
    text = gettext("line %(line)s, column %(column)s") if found["column"] else gettext("line %(line)s")
    return text % found.groupdict()
