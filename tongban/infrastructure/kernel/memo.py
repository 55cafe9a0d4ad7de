"""Values that a process makes once and uses again: bounded, safe among threads, forgotten by one call in tests."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar
from weakref import WeakSet

Value = TypeVar("Value")
_all: "WeakSet[Memo[Any]]" = WeakSet()


class Memo(Generic[Value]):
    """Values by key; at most so many, the one asked for longest ago makes room.

        PLANS: Memo[Plan] = Memo(500)
        PLANS.get(version.digest, lambda: parsed(version))

    A key holds everything that the value depends on. Two threads that ask at the same moment may both make a value;
    the first one stays.

    most      how many values
    seconds   how long a value counts; None: until it makes room
    """

    def __init__(self, most: int, *, seconds: Callable[[], float] | None = None) -> None:
        self._most, self._seconds = most, seconds
        self._values: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()
        self._lock = Lock()
        _all.add(self)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of this key, made now where it is not there or no longer counts."""
        try:
            until, value = self._values[key]
        except KeyError:
            return self._made(key, make)
        if self._seconds is not None and until < monotonic():
            return self._made(key, make)
        with suppress(KeyError):  # another thread has just made room with it
            self._values.move_to_end(key)
        return value

    def known(self, key: Hashable) -> Value | None:
        """Return the value of this key where it was made already and still counts."""
        until, value = self._values.get(key, (0.0, None))
        return None if self._seconds is not None and until < monotonic() else value

    def forget(self) -> None:
        """Make every value anew when it is next asked for."""
        with self._lock:
            self._values.clear()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def __len__(self) -> int:
        return len(self._values)

    def _made(self, key: Hashable, make: Callable[[], Value]) -> Value:
        value = make()
        with self._lock:
            found = self._values.get(key)
            if found is not None and (self._seconds is None or found[0] >= monotonic()):
                return found[1]
            self._values[key] = (monotonic() + self._seconds() if self._seconds else 0.0, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


def forget_all() -> None:
    """Empty every memo of this process: what a test, or an emptied database, needs."""
    for memo in list(_all):
        memo.forget()
