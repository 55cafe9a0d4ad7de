"""What city systems supply: how their requests are called and where officials work on them."""

from collections.abc import Callable
from dataclasses import dataclass

from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.requests.models import PublicRequest


@dataclass(frozen=True)
class RequestSystem:
    """A city system that carries requests of its own.

    office_page   a request -> address of the page where officials work on it
    in_list       whose waiting the one to-do list shows, "office", "department"; elsewhere the system puts its own work
    """

    office_page: Callable[[PublicRequest], str]
    in_list: frozenset[str] = frozenset({"office", "department"})


# By the label of the room: "streets".
SYSTEMS: Registry[RequestSystem] = Registry("system of requests")
