"""What rooms further up may tell: how a matter such as "case:12" is called, and where it can be seen."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, Protocol

from tongban.infrastructure.kernel.registry import Registry
from tongban.infrastructure.kernel.subjects import Subject


class Matter(NamedTuple):
    """A matter in plain words; url: where the person sees it, "" for nowhere."""

    title: str
    url: str = ""


class SubjectDescriber(Protocol):
    """SubjectDescriber the matters of one kind, all of a page at once."""

    def __call__(self, keys: Collection[str]) -> Mapping[str, Matter]: ...


_kinds: Registry[SubjectDescriber] = Registry("description of matters")


def register(kind: str, describes: SubjectDescriber) -> None:
    """Let a room describe the matters whose subjects begin with "kind:"."""
    _kinds.register(kind, describes)


def described(subjects: Iterable[str]) -> dict[str, Matter]:
    """Return what is known about these subjects; those nobody describes are left out."""
    by_kind: dict[str, set[str]] = {}
    for subject in subjects:
        kind, key = Subject.parse(subject)
        by_kind.setdefault(kind, set()).add(key)
    return {
        str(Subject(kind, key)): matter
        for kind, keys in by_kind.items()
        if kind in _kinds
        for key, matter in _kinds[kind](keys).items()
    }


# What an official typed as the number of the matter speaks for itself.
register("matter", lambda keys: {key: Matter(key) for key in keys})
