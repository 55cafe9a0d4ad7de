from dataclasses import dataclass


@dataclass(frozen=True)
class JournalRead:
    """Somebody looked into the journal; told once an hour for the same question."""

    subject: str
    actor: str
    name: str
    day: str


@dataclass(frozen=True)
class JournalExported:
    """Somebody took a copy of a part of the journal."""

    subject: str
    actor: str
    name: str
    day: str


@dataclass(frozen=True)
class JournalChecked:
    """The journal's chain of batches was compared with its facts.

    problems   how many were found; `first` says what the first one is
    """

    batches: int
    facts: int
    problems: int
    first: str
