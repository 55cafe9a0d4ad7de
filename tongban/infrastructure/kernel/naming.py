"""What things are called that records name by number, "case:12": rooms supply the words, and back."""

from collections.abc import Callable, Collection, Iterable, Mapping

Naming = Callable[[Collection[int]], Mapping[int, str]]
Finding = Callable[[str], int | None]

_namings: dict[str, Naming] = {}
_findings: dict[str, Finding] = {}


def name_things(kind: str, naming: Naming, finding: Finding | None = None) -> None:
    """Let a room say how its things are called: "party" for whom somebody acted, "case" for subjects "case:12".

    finding   which of them people mean by a word, such as the number of a case; None where they mean none
    """
    if kind in _namings:
        raise ValueError(f"two rooms name things of the kind {kind}")
    _namings[kind] = naming
    if finding:
        _findings[kind] = finding


def in_words(subjects: Iterable[str]) -> dict[str, str]:
    """Return how things are called, as far as somebody knows: subject -> words; one question for each kind."""
    wanted: dict[str, set[int]] = {}
    for subject in subjects:
        kind, _colon, number = subject.partition(":")
        if kind in _namings and number.isdecimal():
            wanted.setdefault(kind, set()).add(int(number))
    found = ((kind, _namings[kind](numbers)) for kind, numbers in wanted.items())
    return {f"{kind}:{number}": words for kind, called in found for number, words in called.items()}


def meant(word: str) -> str:
    """Return the subject that people mean by a word: "case:12" by the number of a case; the word itself otherwise."""
    found = ((kind, finding(word)) for kind, finding in _findings.items())
    return next((f"{kind}:{number}" for kind, number in found if number), word)
