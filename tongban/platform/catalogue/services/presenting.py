"""What people see first, and most: kept in memory for one edition of the catalogue."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVar

from django.db import transaction
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.memo import Memo
from tongban.infrastructure.kernel.problems import Problem
from tongban.platform.catalogue.models import Edition, Heading, Service, Version
from tongban.platform.catalogue.services import headings
from tongban.platform.codes import services as codes
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow

Value = TypeVar("Value")

# Guides and lists that a process keeps; a guide takes some 40 KB.
MAX_CACHED = 200

# 企业法人 of GB/T 39046 A.4.
COMPANIES = "2"


class LimitTexts(NamedTuple):
    """The time limits of a service in words, each in its own unit.

    extension    by how much the law's limit may be extended; "" where it may not
    procedures   name of a special procedure -> how long it usually takes
    """

    promised: str
    statutory: str
    acceptance: str
    extension: str
    procedures: Mapping[str, str]


@dataclass(frozen=True)
class Card:
    """A service as lists show it, in the reader's language."""

    code: str
    name: str
    summary: str
    department: str
    online: bool


@dataclass(frozen=True)
class HeadingCount:
    """A heading under which something stands. kind and code lead to its list; services: how many."""

    kind: str
    code: str
    title: str
    note: str
    services: int


@dataclass(frozen=True)
class HomePage:
    """What a start page shows.

    popular            what most people ask for
    events             life events 一件事; person, business: topics; kinds: 事项类型
    departments        who offers what
    services, online   how many are offered, and how many of them can be applied for here
    """

    popular: tuple[Card, ...]
    events: tuple[HeadingCount, ...]
    person: tuple[HeadingCount, ...]
    business: tuple[HeadingCount, ...]
    kinds: tuple[HeadingCount, ...]
    departments: tuple[HeadingCount, ...]
    services: int
    online: int


_values: Memo[Any] = Memo(MAX_CACHED)


def cached(key: Hashable, make: Callable[[], Value]) -> Value:
    """Return what `make` gives, kept in this process while the catalogue and the language stay the same.

    key   tells values apart; begin it with the name of the room
    """
    return _values.get((Edition.objects.cached(), get_language(), key), make)  # type: ignore[no-any-return]


@transaction.atomic
def count_uses(*, actor: Actor, uses: Mapping[str, int]) -> None:
    """Say how often services were asked for lately, by code; lists show what is asked for most first.

    For whoever keeps cases to call now and then, not with every case. Raises NotAllowed.
    """
    actor.must_hold("catalogue.publish")
    found = Service.objects.by_code(list(uses))
    for code, service in found.items():
        service.uses = uses[code]
    if Service.objects.bulk_update(found.values(), ["uses"]):
        Edition.objects.bump()


def home_page() -> HomePage:
    """Return what a start page shows of the catalogue; no query while the catalogue stays the same."""
    return cached("catalogue.home", _home_page)


def picture(version: Version) -> SafeString:
    """Draw how a version handles an application: who does what, in how many days."""
    notes = {stage["key"]: _note(stage, version.guide["limits"]["unit"]) for stage in version.guide["stage"]}
    return SafeString(workflow.picture(version.process, notes=notes))


def faulty_picture(process: str, problems: Iterable[Problem]) -> SafeString:
    """Draw a process with a mark at each element that a check found something about; "" where it found nothing there.

    A task that the guide does not fit to, such as one whose role nobody plays, is marked as well. What cannot be laid
    out, for it has no start or several, is not drawn.
    """
    places = {_element(problem) for problem in problems} - {""}
    return SafeString(workflow.picture(process, faulty=places) if places else "")


def _element(problem: Problem) -> str:
    """Return the element of the process that a problem is about; "" for none."""
    return str(problem.place if problem.file == "process.bpmn" else problem.details.get("task", ""))


def rates_in_force(guide: Mapping[str, Any], on: date) -> dict[str, Mapping[str, Any]]:
    """Return of each fee of a guide the rate that counts on that day: its key -> [[fee.item]]; {} where it is free."""
    fee = guide.get("fee", {})
    begun = [item for item in fee.get("item", []) if item.get("valid_from", "") <= on.isoformat()]
    begun.sort(key=lambda item: str(item.get("valid_from", "")))
    return {str(item.get("key", item["name"])): item for item in begun} if fee.get("charged") else {}


def limits(guide: Mapping[str, Any]) -> LimitTexts:
    """Say the time limits of a service in words; every page, letter and endpoint takes them from here."""
    given = guide["limits"]
    return LimitTexts(
        promised=codes.in_words(given["promised_days"], given["unit"]),
        statutory=codes.in_words(given["statutory_days"], given["unit"]),
        # Counted in working days whatever the rest is counted in. Source: 行政许可法 art. 32 and 82.
        acceptance=codes.in_words(given["acceptance_days"], "workday"),
        extension=codes.in_words(given["extension"]["days"], given["unit"]) if "extension" in given else "",
        procedures={row["name"]: codes.in_words(row["days"], "workday") for row in given.get("procedure", [])},
    )


def audience(guide: Mapping[str, Any]) -> list[str]:
    """Name whom a service is for, by GB/T 39046 A.4, and sole traders where it is open to them.

    Sole traders 个体工商户 are no legal person and have no code of their own; they stand behind the companies.
    """
    named = {code: headings.name("audience", code) for code in guide["audience"]}
    if guide.get("sole_traders"):
        return [
            *(name for code, name in named.items() if code <= COMPANIES),
            gettext("Sole traders"),
            *(name for code, name in named.items() if code > COMPANIES),
        ]
    return list(named.values())


def cards(codes: Sequence[str]) -> dict[str, Card]:
    """Return those of these services that are offered, by code."""
    found = Service.objects.offered().brief().by_code(codes)
    return {code: card(service) for code, service in found.items()}


def card(service: Service) -> Card:
    return Card(service.code, service.title, service.lead, service.department.title, service.online)


def _note(stage: dict[str, Any], unit: str) -> str:
    return codes.in_words(stage["days"], unit)


def _home_page() -> HomePage:
    counted, kinds = Heading.objects.counted(), Service.objects.counted_by_type()
    offices = Service.objects.counted_by_department()
    departments = Department.objects.in_order()
    return HomePage(
        popular=tuple(card(service) for service in Service.objects.popular()),
        events=_counted("event", counted),
        person=_counted("person", counted),
        business=_counted("business", counted),
        kinds=_counted("type", {("type", code): number for code, number in kinds.items()}),
        departments=tuple(
            HeadingCount("department", office.key, office.title, "", offices[office.pk])
            for office in departments
            if office.pk in offices
        ),
        services=sum(kinds.values()),
        online=Service.objects.online().count(),
    )


def _counted(kind: str, counted: dict[tuple[str, str], int]) -> tuple[HeadingCount, ...]:
    return tuple(
        HeadingCount(kind, entry.code, str(entry), entry.about, counted[kind, entry.code])
        for entry in headings.of(kind)
        if (kind, entry.code) in counted
    )
