"""What an account can give and take, and how an amount is spread. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands.

    balance    what it has; accounts that others are filled from go below nothing
    held       how much of it is promised to somebody
    floor      what stays in it whatever is taken; None for an account without a bottom
    capacity   how much it can have at most; None for an account without a lid
    """

    balance: int = 0
    held: int = 0
    floor: int | None = 0
    capacity: int | None = None

    @property
    def free(self) -> int | None:
        """What can still be taken or promised; None for an account without a bottom."""
        return None if self.floor is None else self.balance - self.held - self.floor

    @property
    def room(self) -> int | None:
        """What can still be put in; None for an account without a lid."""
        return None if self.capacity is None else self.capacity - self.balance

    def gives(self, amount: int) -> bool:
        return self.free is None or amount <= self.free

    def takes(self, amount: int) -> bool:
        return self.room is None or amount <= self.room


def allocated(amount: int, free: Sequence[int | None]) -> list[int] | None:
    """Return how much of an amount each gives, the first as much as it can; None where all together have too little.

    free   what each can give, see `Standing.free`
    """
    left, parts = amount, []
    for one in free:
        part = left if one is None else max(0, min(left, one))
        parts.append(part)
        left -= part
    return None if left else parts
