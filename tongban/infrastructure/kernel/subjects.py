"""What records name by number, "case:12": rooms supply the words for it, and find it by a word."""

from collections.abc import Callable, Collection, Iterable, Mapping

Describe = Callable[[Collection[int]], Mapping[int, str]]
Resolve = Callable[[str], int | None]

_describe: dict[str, Describe] = {}
_resolve: dict[str, Resolve] = {}


def register(kind: str, describe: Describe, resolve: Resolve | None = None) -> None:
    """Let a room describe its subjects: "party" for whom somebody acted, "case" for "case:12".

    describe   numbers -> what they are called
    resolve    which of them people mean by a word, such as the number of a case; None where they mean none
    """
    if kind in _describe:
        raise ValueError(f"two rooms describe subjects of the kind {kind}")
    _describe[kind] = describe
    if resolve:
        _resolve[kind] = resolve


def describe(subjects: Iterable[str]) -> dict[str, str]:
    """Return what subjects are called, as far as a room knows: subject -> words; one query for each kind."""
    wanted: dict[str, set[int]] = {}
    for subject in subjects:
        kind, _colon, number = subject.partition(":")
        if kind in _describe and number.isdecimal():
            wanted.setdefault(kind, set()).add(int(number))
    found = ((kind, _describe[kind](numbers)) for kind, numbers in wanted.items())
    return {f"{kind}:{number}": words for kind, called in found for number, words in called.items()}


def resolve(word: str) -> str:
    """Return the subject that people mean by a word: "case:12" by the number of a case; the word itself otherwise."""
    found = ((kind, resolve(word)) for kind, resolve in _resolve.items())
    return next((f"{kind}:{number}" for kind, number in found if number), word)
