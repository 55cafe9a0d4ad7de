from dataclasses import dataclass


@dataclass(frozen=True)
class CalendarLoaded:
    """The holidays and make-up days of a year were loaded or replaced."""

    year: int
    days: int
    source: str


@dataclass(frozen=True)
class CodeListLoaded:
    """A code list was loaded, or entries of it were added, renamed or ended."""

    key: str
    added: int
    ended: int
    source: str
