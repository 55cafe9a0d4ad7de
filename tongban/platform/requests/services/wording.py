"""What is in force: kinds, channels, days, and the table of steps; all in the reader's words."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.codes import services as codes
from tongban.platform.requests.models import PublicRequest
from tongban.platform.requests.rules import steps
from tongban.platform.requests.rules import terms as rules

DATA = Path(__file__).resolve().parent.parent / "data"


def terms(on: date | None = None) -> rules.RequestTerms:
    """Return the terms in force on a day, today by default."""
    return codes.in_force(_terms(settings.REQUESTS_TERMS_FILE or DATA / "terms.toml"), on or clock.today())


@cache
def course() -> steps.RequestCourse:
    """Return the states of requests and the steps between them."""
    return steps.read(tomllib.loads((DATA / "steps.toml").read_text()))


def kinds() -> list[tuple[str, str]]:
    """Return (key, name) of the kinds of requests in force."""
    return [(kind.key, worded(kind.name, kind.english)) for kind in terms().kinds.values()]


def kind_of(request: PublicRequest) -> str:
    """Return what kind of request it is, in words."""
    found = terms(request.received_at.date()).kinds.get(request.kind)
    return worded(found.name, found.english) if found else request.kind


def channel_of(request: PublicRequest) -> str:
    """Return by which way it came, in words."""
    found = terms(request.received_at.date()).channels.get(request.channel)
    return worded(found.name, found.english) if found else request.channel


def state_of(request: PublicRequest) -> str:
    """Return how it stands, in words."""
    return state_word(request.state)


def state_word(key: str) -> str:
    found = course().states[key]
    return worded(found.name, found.english)


def step_word(key: str) -> str:
    """Return what a step is called."""
    found = course().steps.get(key)
    return worded(found.name, found.english) if found else state_word("received")


def category_of(request: PublicRequest) -> str:
    """Return what it is about by its code list, "" where nothing was chosen."""
    if not request.codes or not request.category:
        return ""
    return codes.name_of(request.codes, request.category, on=request.received_at.date())


def title_of(request: PublicRequest) -> str:
    """Return the request in a line: its title, what it is about, or what kind it is."""
    return request.title or category_of(request) or kind_of(request)


@cache
def _terms(file: Path | str) -> tuple[rules.RequestTerms, ...]:
    return rules.read(tomllib.loads(Path(file).read_text()))
