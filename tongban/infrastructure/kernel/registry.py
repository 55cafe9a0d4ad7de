"""What rooms supply to others under a name: background work, reactions, signers, checks, names for things."""

import sys
from collections.abc import Iterator
from typing import Generic, TypeVar

Supplied = TypeVar("Supplied")


class Registry(Generic[Supplied]):
    """Named things that rooms supply while the process starts; a name is given once.

        CHECKS: Registry[Check] = Registry("check")
        CHECKS.register("disk", disk_is_not_full)
        CHECKS["disk"]

    what   what one of them is called in messages to developers
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._supplied: dict[str, Supplied] = {}
        self._suppliers: dict[str, str] = {}

    def register(self, name: str, supplied: Supplied) -> Supplied:
        """Make something known under a name. Raises ValueError, with both suppliers, where the name is taken."""
        supplier = str(getattr(supplied, "__module__", None) or sys._getframe(1).f_globals["__name__"])
        if name in self._supplied:
            raise ValueError(f"two modules register the {self._what} {name}: {self._suppliers[name]} and {supplier}")
        self._supplied[name], self._suppliers[name] = supplied, supplier
        return supplied

    def supplier(self, name: str) -> str:
        """Return the Python module that registered this name. Raises LookupError."""
        self[name]
        return self._suppliers[name]

    def get(self, name: str) -> Supplied | None:
        return self._supplied.get(name)

    def items(self) -> list[tuple[str, Supplied]]:
        return list(self._supplied.items())

    def values(self) -> list[Supplied]:
        return list(self._supplied.values())

    def __getitem__(self, name: str) -> Supplied:
        """Raises LookupError, which names what there is."""
        try:
            return self._supplied[name]
        except KeyError:
            known = ", ".join(sorted(self._supplied)) or "none"
            raise LookupError(f"no {self._what} is called {name}; known: {known}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._supplied

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._supplied))

    def __len__(self) -> int:
        return len(self._supplied)
