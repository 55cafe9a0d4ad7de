"""What city systems may supply: how the result of a grant will look, how cases were rated, and where one rates them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
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


class Rates(Protocol):
    """Counts the ratings of cases asked about from first to last day: key of the group → (given, good).

    by            "department" or "service" by their keys and codes, "month" as 2026-11
    departments   keys of those that count; all where empty
    """

    def __call__(self, first: date, last: date, by: str, departments: Iterable[str]) -> dict[str, tuple[int, int]]: ...


_rates: list[Rates] = []


def register_rates(rates: Rates) -> None:
    """Let a city system say how cases were rated."""
    _rates.append(rates)


def rated(first: date, last: date, by: str, departments: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return what the first system that asks applicants says; nothing where there is none."""
    return _rates[0](first, last, by, departments) if _rates else {}


class Asked(NamedTuple):
    """How the applicant of a completed case says how it was. url: where; said: what they said, "" while it is open."""

    url: str
    said: str


class Asks(Protocol):
    """Finds which of these cases their applicants may rate, or have rated: key of the case → how."""

    def __call__(self, cases: Iterable[int]) -> dict[int, Asked]: ...


_asks: list[Asks] = []


def register_asks(asks: Asks) -> None:
    """Let a city system ask applicants how it was."""
    _asks.append(asks)


def asked(cases: Iterable[int]) -> dict[int, Asked]:
    """Return what the first system that asks applicants says of these cases; nothing where there is none."""
    keys = list(cases)
    return _asks[0](keys) if _asks and keys else {}
