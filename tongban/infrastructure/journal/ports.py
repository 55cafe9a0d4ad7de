"""What rooms above may supply: the words for what facts name by number."""

from collections.abc import Callable, Collection, Mapping

Naming = Callable[[Collection[int]], Mapping[int, str]]

_namings: dict[str, Naming] = {}


def name_things(kind: str, naming: Naming) -> None:
    """Let a room say how its things are called: "party" for whom somebody acted, "case" for subjects "case:12"."""
    if kind in _namings:
        raise ValueError(f"two rooms name things of the kind {kind}")
    _namings[kind] = naming


def names(kind: str, numbers: Collection[int]) -> Mapping[int, str]:
    """Return how things are called, as far as somebody knows."""
    return _namings[kind](numbers) if numbers and kind in _namings else {}
