"""What rooms above may supply: the words for what facts name by number, and back."""

from collections.abc import Callable, Collection, Mapping

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


def names(kind: str, numbers: Collection[int]) -> Mapping[int, str]:
    """Return how things are called, as far as somebody knows."""
    return _namings[kind](numbers) if numbers and kind in _namings else {}


def meant(word: str) -> str:
    """Return the subject that people mean by a word: "case:12" by the number of a case; the word itself otherwise."""
    found = ((kind, finding(word)) for kind, finding in _findings.items())
    return next((f"{kind}:{number}" for kind, number in found if number), word)
