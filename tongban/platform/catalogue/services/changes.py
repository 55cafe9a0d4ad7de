"""简政放权: each change of an item is recorded with its basis."""

from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language, gettext, pgettext

from tongban.infrastructure.kernel import clock
from tongban.platform.catalogue.models import Service, ServiceChange, Version
from tongban.platform.catalogue.rules import comparing
from tongban.platform.identity.models import Department

Kind = ServiceChange.Kind


@dataclass(frozen=True)
class ToldDifference:
    """A difference in words: what it is, how it was, how it is."""

    what: str
    before: str
    after: str


def record(
    kind: ServiceChange.Kind,
    service: Service,
    *,
    version: Version | None = None,
    department: Department | None = None,
    basis: str = "",
    before: Version | None = None,
) -> None:
    """Write a change down, in the transaction of the verb that makes it. before: the version that was in force."""
    says = [list(row) for row in compare(before, version)] if before and version else []
    ServiceChange.objects.create(
        service=service, kind=kind, on=clock.today(), version=version, department=department, basis=basis, says=says
    )


def compare(before: Version, after: Version) -> list[comparing.GuideDifference]:
    return comparing.differences(before.guide, after.guide)


def in_words(rows: list[list[str]] | list[comparing.GuideDifference]) -> list[ToldDifference]:
    """Return differences as people read them."""
    words = _words(get_language())
    return [
        ToldDifference(words.get(what, what), _told(what, before), _told(what, after)) for what, before, after in rows
    ]


def _told(what: str, value: str) -> str:
    if what == "fee":
        return {"yes": gettext("A fee is charged"), "no": gettext("Free of charge")}[value]
    return value or "—"


@cache
def _words(_language: str | None) -> dict[str, str]:
    return {
        "name": pgettext("difference", "Name"),
        "promised_days": pgettext("difference", "Promised days"),
        "statutory_days": pgettext("difference", "Days that the law allows"),
        "visits": pgettext("difference", "Visits to an office"),
        "fee": pgettext("difference", "Fee"),
        "materials_counted": pgettext("difference", "Materials"),
        "materials_named": pgettext("difference", "Materials: gone, new"),
        "brought_counted": pgettext("difference", "Materials that people bring"),
        "brought_named": pgettext("difference", "Brought by people: no longer, newly"),
        "stages_counted": pgettext("difference", "Steps"),
        "stages_named": pgettext("difference", "Steps: gone, new"),
        "conditions_counted": pgettext("difference", "Conditions"),
        "conditions_named": pgettext("difference", "Conditions: gone, new"),
        "result": pgettext("difference", "Result"),
    }
