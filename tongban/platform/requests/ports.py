"""What city systems supply: how their requests are called and where officials work on them."""

from collections.abc import Callable
from dataclasses import dataclass

from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.requests.models import PublicRequest


@dataclass(frozen=True)
class RequestSystem:
    """A city system that carries requests of its own.

    office_page   a request -> address of the page where officials work on it
    works_alone   its requests stand in no to-do list as requests: the system puts its own work there
    """

    office_page: Callable[[PublicRequest], str]
    works_alone: bool = False


# By the label of the room: "streets".
SYSTEMS: Registry[RequestSystem] = Registry("system of requests")
