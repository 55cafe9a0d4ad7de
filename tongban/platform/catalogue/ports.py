"""What rooms further up may tell the catalogue: pages that answer a question and are no service."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from tongban.infrastructure.kernel.module import label_of
from tongban.infrastructure.kernel.problems import Problem
from tongban.infrastructure.kernel.registry import Registry


class Answer(NamedTuple):
    """A page that answers a question."""

    title: str
    url: str


class Answers(Protocol):
    """Names the pages that answer a question in everyday words."""

    def __call__(self, asked: str) -> Iterable[Answer]: ...


_answers: Registry[Answers] = Registry("answers")


def register(answers: Answers) -> None:
    """Let a room answer questions beside the catalogue."""
    _answers.register(label_of(answers.__module__), answers)


def answers_to(asked: str) -> list[Answer]:
    """Return the pages that answer a question; nothing where no room has one."""
    return [answer for answers in _answers.values() for answer in answers(asked)]


class PublicationCheck(Protocol):
    """Finds what would keep cases of a definition from coming to an end in this city. process: the BPMN file."""

    def __call__(self, guide: Mapping[str, Any], process: str) -> Iterable[Problem]: ...


_checks: Registry[PublicationCheck] = Registry("check before publication")


def register_check(check: PublicationCheck) -> None:
    """Let a room look at a definition before it is published."""
    _checks.register(label_of(check.__module__), check)


def before_publication(guide: Mapping[str, Any], process: str) -> list[Problem]:
    """Return what rooms further up have against a definition, as the city is today."""
    return [problem for check in _checks.values() for problem in check(guide, process)] if process else []


class StartOffer(NamedTuple):
    """Something that a start page shows beside services. kind: "zone" for some days, "bundle" for several services.

    event   code of the life event that it answers as a whole, "" for none
    """

    kind: str
    title: str
    lead: str
    url: str
    event: str = ""


class StartOffers(Protocol):
    """Names what a start page shows beside services, in the reader's language."""

    def __call__(self) -> Iterable[StartOffer]: ...


_offers: Registry[StartOffers] = Registry("offers")


def register_offers(offers: StartOffers) -> None:
    """Let a room show something on the start page."""
    _offers.register(label_of(offers.__module__), offers)


def offered() -> tuple[StartOffer, ...]:
    """Return what all rooms show on the start page; nothing where none does."""
    return tuple(offer for offers in _offers.values() for offer in offers())
