"""What records name by number, "case:12": rooms supply the words for it, and find it by a word."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from tongban.infrastructure.kernel.registry import Registry

Describe = Callable[[Collection[int]], Mapping[int, str]]
Resolve = Callable[[str], int | None]

_describe: Registry[Describe] = Registry("description of subjects")
_resolve: Registry[Resolve] = Registry("search for subjects")


class Subject(NamedTuple):
    """What a record is about, as it is written in journal, tasks, licences and letters: "case:12".

    kind   of thing: "case", "licence", "draft"
    key    which one of them: a number, or the word it is known by
    """

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"

    @classmethod
    def parse(cls, text: str) -> "Subject":
        """Read what was written; a text without a kind is a key of none."""
        kind, colon, key = text.partition(":")
        return cls(kind, key) if colon else cls("", text)

    def number(self, kind: str) -> int | None:
        """Return the number of a subject of this kind, None where it is of another."""
        return int(self.key) if self.kind == kind and self.key.isdecimal() else None


def register(kind: str, describe: Describe, resolve: Resolve | None = None) -> None:
    """Let a room describe its subjects: "party" for whom somebody acted, "case" for "case:12".

    describe   numbers -> what they are called
    resolve    which of them people mean by a word, such as the number of a case; None where they mean none
    """
    _describe.register(kind, describe)
    if resolve:
        _resolve.register(kind, resolve)


def describe(subjects: Iterable[str]) -> dict[str, str]:
    """Return what subjects are called, as far as a room knows: subject -> words; one query for each kind."""
    wanted: dict[str, set[int]] = {}
    for subject in subjects:
        kind, key = Subject.parse(subject)
        if kind in _describe and key.isdecimal():
            wanted.setdefault(kind, set()).add(int(key))
    found = ((kind, _describe[kind](numbers)) for kind, numbers in wanted.items())
    return {f"{kind}:{number}": words for kind, called in found for number, words in called.items()}


def resolve(word: str) -> str:
    """Return the subject that people mean by a word: "case:12" by the number of a case; the word itself otherwise."""
    found = ((kind, resolve(word)) for kind, resolve in _resolve.items())
    return next((f"{kind}:{number}" for kind, number in found if number), word)
