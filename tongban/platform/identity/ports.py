"""What rooms further up may tell identity: what a department still has to do, and whether a password is enough."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from tongban.infrastructure.kernel.module import StrOrPromise, label_of
from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.identity.models import Account


class OpenWork(Protocol):
    """Names, in the reader's language, what is open at a department: “3 open tasks”; nothing where nothing is."""

    def __call__(self, department: int) -> Iterable[str]: ...


class SecondStep(Protocol):
    """Says where an account shows its second factor."""

    def __call__(self, account: Account) -> str:
        """Return the name of that page, "hall:room:page"; "" where the password is enough for this account."""
        ...


class WayIn(NamedTuple):
    """A button beside the password. simulated: what stands behind it is the demonstration's own."""

    title: StrOrPromise
    address: str
    simulated: bool


class WaysIn(Protocol):
    """Names other ways to sign in than by a password."""

    def __call__(self) -> Iterable[WayIn]: ...


_work: Registry[OpenWork] = Registry("open work of departments")
_second_steps: Registry[SecondStep] = Registry("second step of signing in")


_ways_in: Registry[WaysIn] = Registry("way of signing in")


def register_work(work: OpenWork) -> None:
    """Let a room say what a department still has to do in it."""
    _work.register(label_of(work.__module__), work)


def open_work(department: int) -> list[str]:
    """Return everything that a department still has to do, in all rooms."""
    return [line for work in _work.values() for line in work(department)]


def register_second_step(second_step: SecondStep) -> None:
    """Let a room ask for a second factor; one room does."""
    _second_steps.register("second step", second_step)


def second_step(account: Account) -> str:
    """Return the name of the page where this account shows its second factor; "" where it needs none."""
    return next((page for asks in _second_steps.values() if (page := asks(account))), "")


def register_ways_in(ways: WaysIn) -> None:
    """Let a room show its buttons on the page of signing in."""
    _ways_in.register(label_of(ways.__module__), ways)


def ways_in() -> list[WayIn]:
    """Return the other ways to sign in that this installation has."""
    return [way for ways in _ways_in.values() for way in ways()]
