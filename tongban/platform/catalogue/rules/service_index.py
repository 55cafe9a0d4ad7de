"""What is offered, as search knows it: which services may answer a question."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from tongban.infrastructure.search.rules.index import Index, IndexedDocument
from tongban.infrastructure.search.rules.sounds import Sounds

# What can be applied for here comes before what another office handles, where both answer nearly as well: by less than
# a twentieth of the question.
ONLINE = 5


class SearchableService(NamedTuple):
    """A service to be found. audience: digits of GB/T 39046 A.4; headings: "person:060", "event:retire"."""

    pk: int
    name: str
    department: int
    keywords: tuple[str, ...] = ()
    summary: str = ""
    english: str = ""
    audience: str = ""
    online: bool = False
    headings: tuple[str, ...] = ()


class SearchFilters(NamedTuple):
    """Which services may answer at all.

    audience     digits of GB/T 39046 A.4, any of them (who is not known to be excluded stays); "" for everyone
    department   its id; 0 for all
    headings     all of them: "person:060"
    online       only what can be applied for here
    """

    audience: str = ""
    department: int = 0
    headings: tuple[str, ...] = ()
    online: bool = False


class ServiceIndex:
    """All services at one moment: the index, and beside it, by the numbers of its documents, what filters ask.

    headings   those that something is offered under, each with the numbers of what is
    """

    def __init__(
        self, services: Iterable[SearchableService], sounds: Sounds, english: Callable[[str], Iterable[str]]
    ) -> None:
        self._departments, self._audiences, self._online = array("Q"), array("B"), bytearray()
        self.headings: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self.index = Index(self._documents(services), sounds, english)
        self.headings = dict(self.headings)

    def __len__(self) -> int:
        return len(self.index)

    def allowed(self, filters: SearchFilters) -> Callable[[int], bool] | None:
        """Return whether the service with a number passes; None where every one does."""
        if filters == SearchFilters():
            return None
        mask = _mask(filters.audience)
        under: list[Collection[int]] = [set(self.headings.get(heading, ())) for heading in filters.headings]

        def passes(number: int) -> bool:
            return (
                (not mask or not self._audiences[number] or bool(self._audiences[number] & mask))
                and (not filters.department or self._departments[number] == filters.department)
                and (not filters.online or bool(self._online[number]))
                and all(number in heading for heading in under)
            )

        return passes

    def _documents(self, services: Iterable[SearchableService]) -> Iterator[IndexedDocument]:
        for number, service in enumerate(services):
            self._departments.append(service.department)
            self._audiences.append(_mask(service.audience))
            self._online.append(service.online)
            for heading in service.headings:
                self.headings[heading].append(number)
            bonus = ONLINE if service.online else 0
            yield IndexedDocument(service.pk, service.name, service.keywords, service.summary, service.english, bonus)


def _mask(audience: str) -> int:
    return sum(1 << int(code) for code in audience)
