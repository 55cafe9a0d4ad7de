"""What is wrong with a template, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext


@dataclass(frozen=True)
class Flaw:
    """One fault. line: 0 where it is about the whole; text: an English sentence with %(name)s places."""

    text: str
    line: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = gettext(self.text) % self.details
        return gettext("line %(line)s: %(fault)s") % {"line": self.line, "fault": said} if self.line else said


class Flawed(Exception):
    """A template cannot be used; the flaw says why."""

    def __init__(self, text: str, *, line: int = 0, **details: Any) -> None:
        self.flaw = Flaw(text, line, details)
        super().__init__(text)

    def __str__(self) -> str:
        return str(self.flaw)
