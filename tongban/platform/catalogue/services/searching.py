"""Find services: one index a process, renewed when the catalogue changes; what was looked for in vain is counted."""

import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext

from tongban.infrastructure.kernel import clock
from tongban.platform.catalogue.models import Edition, FailedSearch, Heading, Service
from tongban.platform.catalogue.rules import explaining, finding, text
from tongban.platform.catalogue.rules import words as everyday
from tongban.platform.catalogue.rules.finding import SearchFilters
from tongban.platform.catalogue.rules.index import Index, IndexEntry
from tongban.platform.catalogue.rules.sounds import Sounds
from tongban.platform.catalogue.rules.words import Words
from tongban.platform.catalogue.services import headings
from tongban.platform.identity.models import Department

DATA = Path(__file__).resolve().parent.parent / "data"
PAGE = 20
# A catalogue of this size is read again in a blink; a larger one is read in the background while the old one serves.
AT_ONCE = 3000


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
def sounds() -> Sounds:
    return Sounds((DATA / "sounds.txt").read_text())


@cache
def words() -> Words:
    return Words(tomllib.loads((DATA / "words.toml").read_text()), sounds())


class _LiveIndex:
    """The index of this process, and which edition of the catalogue it shows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._edition: str | None = None
        self._renewing = False

    def index(self) -> Index:
        edition = Edition.objects.cached()
        if self._index is not None and (self._edition == edition or self._renewing):
            return self._index
        with self._lock:
            if self._index is None or (self._edition != edition and len(self._index) < AT_ONCE):
                self._index, self._edition = _read(), edition
            elif self._edition != edition and not self._renewing:
                self._renewing = True
                threading.Thread(target=self._renew, args=(edition,), daemon=True).start()
            return self._index

    def _renew(self, edition: str) -> None:
        try:
            self._index, self._edition = _read(), edition
        finally:
            self._renewing = False
            connection.close()


_live_index = _LiveIndex()


def search(asked: str, filters: SearchFilters = SearchFilters(), *, page: int = 1, size: int = PAGE) -> SearchResults:  # noqa: B008
    """Answer a question in everyday words, best first."""
    answer = finding.find(_live_index.index(), words(), asked, filters)
    pages = max(1, -(-len(answer.pks) // size))
    page = min(max(page, 1), pages)
    shown = answer.pks[(page - 1) * size : page * size]
    found = Service.objects.brief().in_bulk(shown)
    results = [_result(answer.question, found[pk]) for pk in shown if pk in found]
    return SearchResults(answer.question, results, answer.total, page, pages)


def suggest(typed: str, limit: int = 8) -> list[Service]:
    """Return what somebody who types this may be looking for."""
    pks = finding.find(_live_index.index(), words(), typed).pks[:limit]
    found = Service.objects.brief().in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def nearest(asked: str, limit: int = 6) -> list[Nearest]:
    """Return topics and life events that are related to a question; none where none is."""
    index = _live_index.index()
    offered = {
        f"{kind}:{entry.code}": Nearest(kind, entry.code, str(entry))
        for kind in ("event", "person", "business")
        for entry in headings.of(kind)
        if f"{kind}:{entry.code}" in index.headings
    }
    notes = {f"event:{entry.code}": entry.note for entry in headings.of("event")}
    close = everyday.nearest(
        asked, [(key, found.title + notes.get(key, "")) for key, found in offered.items()], sounds(), limit
    )
    return [offered[key] for key in close]


def in_words(reason: explaining.MatchReason) -> str:
    """Write why a service was found, in the language of the moment."""
    return gettext(reason.text) % reason.details


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
    return explaining.SearchText(
        service.name, tuple(service.keywords), service.summary, service.english, service.online
    )


def _read() -> Index:
    """Read everything that is offered, a little at a time."""
    departments = dict(Department.objects.in_order().values_list("pk", "name"))
    return Index(_entries(), sounds(), departments, words().english)


def _entries() -> Iterator[IndexEntry]:
    under = {
        pk: tuple(f"{kind}:{value}" for _pk, kind, value in rows)
        for pk, rows in groupby(Heading.objects.of_offered(), key=lambda row: row[0])
    }
    for pk, name, department, keywords, summary, english, audience, online in Service.objects.for_index():
        yield IndexEntry(
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
