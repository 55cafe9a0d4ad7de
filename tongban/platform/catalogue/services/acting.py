"""Which services act on a licence that somebody holds: change it, extend it, replace it, cancel it."""

from typing import NamedTuple

from tongban.platform.catalogue.models import Service
from tongban.platform.catalogue.services.presenting import cached


class ActingService(NamedTuple):
    """A service that acts on a licence. how: change, extend, replace or cancel (变更、延续、补办、注销)."""

    code: str
    title: str
    how: str


def acting_on(kind: str) -> tuple[ActingService, ...]:
    """Return the services on offer that act on licences of this kind, in the reader's language."""
    return cached("catalogue.acting", _acting).get(kind, ())


def _acting() -> dict[str, tuple[ActingService, ...]]:
    found: dict[str, tuple[ActingService, ...]] = {}
    for service in Service.objects.begun().order_by("code"):
        rule = service.current.guide.get("acts_on") if service.current else None
        if rule:
            row = ActingService(service.code, service.title, rule["how"])
            found[rule["kind"]] = (*found.get(rule["kind"], ()), row)
    return found
