"""What city systems may supply: how the result of a grant will look, how cases were rated, and where one rates them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple, Protocol

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import label_of
from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.cases.models import Case

ONLY = "only"  # one system asks applicants how it was


class CaseResult(NamedTuple):
    """A paper that a grant ends with. face: label -> text; pdf: makes the file, not sealed."""

    title: str
    face: dict[str, str]
    pdf: Callable[[], bytes]


class Shows(Protocol):
    """Shows what a granted case will give; None where this system gives nothing for it."""

    def __call__(self, case: Case) -> CaseResult | None: ...


_shown: Registry[Shows] = Registry("result")


def register(shows: Shows) -> None:
    """Let a city system show what it will issue."""
    _shown.register(label_of(shows.__module__), shows)


def results(case: Case) -> Iterator[CaseResult]:
    for shows in _shown.values():
        if (result := shows(case)) is not None:
            yield result


class Rates(Protocol):
    """Counts the ratings of cases asked about from first to last day: key of the group → (given, good).

    by            "department" or "service" by their keys and codes, "month" as 2026-11
    departments   keys of those that count; all where empty
    """

    def __call__(self, first: date, last: date, by: str, departments: Iterable[str]) -> dict[str, tuple[int, int]]: ...


_rates: Registry[Rates] = Registry("count of ratings")


def register_rates(rates: Rates) -> None:
    """Let a city system say how cases were rated."""
    _rates.register(ONLY, rates)


def rated(first: date, last: date, by: str, departments: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return what the first system that asks applicants says; nothing where there is none."""
    rates = _rates.get(ONLY)
    return rates(first, last, by, departments) if rates else {}


class RatingRequest(NamedTuple):
    """How the applicant of a completed case says how it was. url: where; said: what they said, "" while it is open."""

    url: str
    said: str


class RequestsRatings(Protocol):
    """Finds which of these cases their applicants may rate, or have rated: key of the case → how."""

    def __call__(self, cases: Iterable[int]) -> dict[int, RatingRequest]: ...


_asks: Registry[RequestsRatings] = Registry("question how it was")


def register_asks(asks: RequestsRatings) -> None:
    """Let a city system ask applicants how it was."""
    _asks.register(ONLY, asks)


def asked(cases: Iterable[int]) -> dict[int, RatingRequest]:
    """Return what the first system that asks applicants says of these cases; nothing where there is none."""
    asks, keys = _asks.get(ONLY), list(cases)
    return asks(keys) if asks and keys else {}


class JointApplication(NamedTuple):
    """The whole that a case is a part of. url: its page for whoever asked; "" where they may not see it."""

    title: str
    number: str
    url: str


class Joins(Protocol):
    """Says of which whole a case is a part, for whoever asks in a portal; None where it stands alone."""

    def __call__(self, case: int, actor: Actor, portal: str) -> JointApplication | None: ...


_joins: Registry[Joins] = Registry("whole of a case")


def register_joins(joins: Joins) -> None:
    """Let a city system say which cases it handed in together."""
    _joins.register(label_of(joins.__module__), joins)


def whole_of(case: int, actor: Actor, portal: str) -> JointApplication | None:
    """Return the whole that a case is a part of; None where it stands alone."""
    found = (joins(case, actor, portal) for joins in _joins.values())
    return next((whole for whole in found if whole is not None), None)
