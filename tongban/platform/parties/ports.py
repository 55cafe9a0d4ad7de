"""What rooms further up may tell parties: which services a mandate can be limited to."""

from collections.abc import Iterable
from typing import Protocol

from tongban.infrastructure.kernel.registry import Registry


class Offers(Protocol):
    """Names the services that people can apply for, as (code, title)."""

    def __call__(self) -> Iterable[tuple[str, str]]: ...


_offers: Registry[Offers] = Registry("list of services")


def register(offers: Offers) -> None:
    """Let a room say which services there are; one room does."""
    _offers.register("services", offers)


def services_offered() -> list[tuple[str, str]]:
    """Return what can be applied for; nothing where no room offers anything."""
    return [pair for offers in _offers.values() for pair in offers()]
