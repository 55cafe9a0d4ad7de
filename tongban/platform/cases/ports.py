"""What city systems may supply: how the result of a grant will look before it is issued."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from tongban.platform.cases.models import Case


class Result(NamedTuple):
    """A paper that a grant ends with. face: label -> text; pdf: makes the file, not sealed."""

    title: str
    face: dict[str, str]
    pdf: Callable[[], bytes]


class Shows(Protocol):
    """Shows what a granted case will give; None where this system gives nothing for it."""

    def __call__(self, case: Case) -> Result | None: ...


_shown: list[Shows] = []


def register(shows: Shows) -> None:
    """Let a city system show what it will issue."""
    _shown.append(shows)


def results(case: Case) -> Iterator[Result]:
    for shows in _shown:
        if (result := shows(case)) is not None:
            yield result
