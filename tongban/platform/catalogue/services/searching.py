"""Find services: one index a process, renewed when the catalogue changes; what was looked for in vain is counted."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.search.rules import explaining, finding, text
from tongban.infrastructure.search.rules import words as everyday
from tongban.infrastructure.search.rules.words import Words
from tongban.infrastructure.search.services import LiveIndex, sounds
from tongban.platform.catalogue.models import Edition, FailedSearch, Heading, Service
from tongban.platform.catalogue.rules.service_index import SearchableService, SearchFilters, ServiceIndex
from tongban.platform.catalogue.services import headings

DATA = Path(__file__).resolve().parent.parent / "data"
PAGE = 20


@dataclass(frozen=True)
class SearchResult:
    """One found service.

    name      parts of it in the reader's language, (text, whether it matches)
    reasons   why it is here, in words
    other     the name in the other language, where the question was in that language
    """

    service: Service
    name: list[tuple[str, bool]]
    reasons: list[explaining.MatchReason]
    other: str = ""

    @property
    def other_language(self) -> str:
        return "zh-CN" if self.other == self.service.name else "en"


@dataclass(frozen=True)
class SearchResults:
    """What a question found: a page of results; corrected: how it was read where it was not taken literally."""

    question: finding.SearchQuery
    results: list[SearchResult]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Nearest:
    """A heading that comes close to a question that found nothing."""

    kind: str
    code: str
    title: str


@cache
def words() -> Words:
    """Return how people speak of services, and what the office calls it."""
    return Words(tomllib.loads((DATA / "words.toml").read_text()), sounds())


def search(asked: str, filters: SearchFilters = SearchFilters(), *, page: int = 1, size: int = PAGE) -> SearchResults:  # noqa: B008
    """Answer a question in everyday words, best first."""
    services = _live.get()
    answer = finding.find(services.index, words(), asked, services.allowed(filters))
    pages = max(1, -(-len(answer.pks) // size))
    page = min(max(page, 1), pages)
    shown = answer.pks[(page - 1) * size : page * size]
    found = Service.objects.brief().in_bulk(shown)
    results = [_result(answer.question, found[pk]) for pk in shown if pk in found]
    return SearchResults(answer.question, results, answer.total, page, pages)


def suggest(typed: str, limit: int = 8) -> list[Service]:
    """Return what somebody who types this may be looking for."""
    pks = finding.find(_live.get().index, words(), typed).pks[:limit]
    found = Service.objects.brief().in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def nearest(asked: str, limit: int = 6) -> list[Nearest]:
    """Return topics and life events that are related to a question; none where none is."""
    under = _live.get().headings
    offered = {
        f"{kind}:{entry.code}": Nearest(kind, entry.code, str(entry))
        for kind in ("event", "person", "business")
        for entry in headings.of(kind)
        if f"{kind}:{entry.code}" in under
    }
    notes = {f"event:{entry.code}": entry.note for entry in headings.of("event")}
    close = everyday.nearest(
        asked, [(key, found.title + notes.get(key, "")) for key, found in offered.items()], sounds(), limit
    )
    return [offered[key] for key in close]


@transaction.atomic
def record_failed_search(asked: str) -> None:
    """Count what was looked for in vain; never who looked. So many different texts a day, then only known ones."""
    wanted = text.anonymous(asked)
    if not wanted:
        return
    day = clock.today()
    if FailedSearch.objects.filter(day=day, text=wanted).update(times=F("times") + 1):
        return
    if FailedSearch.objects.filter(day=day).count() < settings.CATALOGUE_MAX_FAILED_SEARCHES_PER_DAY:
        FailedSearch.objects.bulk_create([FailedSearch(day=day, text=wanted)], ignore_conflicts=True)


def _result(question: finding.SearchQuery, service: Service) -> SearchResult:
    reasons = explaining.reasons(question, _search_text(service))
    other = service.name if service.title != service.name else service.english
    asked_in_it = any(reason.english != (service.title == service.english) for reason in reasons)
    return SearchResult(service, explaining.marked(question, service.title), reasons, other if asked_in_it else "")


def _search_text(service: Service) -> explaining.SearchText:
    return explaining.SearchText(service.name, tuple(service.keywords), service.english)


def _read() -> ServiceIndex:
    """Read everything that is offered, a little at a time."""
    return ServiceIndex(_searchable(), sounds(), words().english)


_live = LiveIndex(_read, Edition.objects.cached)


def _searchable() -> Iterator[SearchableService]:
    under = {
        pk: tuple(f"{kind}:{value}" for _pk, kind, value in rows)
        for pk, rows in groupby(Heading.objects.of_offered(), key=lambda row: row[0])
    }
    for pk, name, department, keywords, summary, english, audience, online in Service.objects.for_index():
        yield SearchableService(
            pk,
            name,
            department,
            tuple(keywords),
            summary,
            english,
            "".join(audience),
            online,
            under.get(pk, ()),
        )
