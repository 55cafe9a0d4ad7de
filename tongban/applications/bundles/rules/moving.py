"""Which items of a joint application can begin, which never will, and when the whole is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum


class Progress(Enum):
    """How an item stands, whatever its case calls it."""

    WAITING = "waiting"
    OPEN = "open"
    GRANTED = "granted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ItemMove:
    """What follows: an item begins, or is dropped because of another."""

    item: str
    begins: bool
    because: str = ""


def next_moves(progress: Mapping[str, Progress], after: Mapping[str, Sequence[str]]) -> Iterator[ItemMove]:
    """Yield what can happen now to items that wait. It awaits nothing that is no part of it.

    An item begins once everything before it is granted, and is dropped once something before it has failed; what comes
    after a dropped one is dropped as well.
    """
    known = dict(progress)
    moved = True
    while moved:
        moved = False
        for item in [key for key, state in known.items() if state is Progress.WAITING]:
            earlier = [key for key in after.get(item, ()) if key in known]
            failed = [key for key in earlier if known[key] is Progress.FAILED]
            if failed:
                known[item], moved = Progress.FAILED, True
                yield ItemMove(item, begins=False, because=failed[0])
            elif all(known[key] is Progress.GRANTED for key in earlier):
                known[item] = Progress.OPEN
                yield ItemMove(item, begins=True)


def is_settled(progress: Mapping[str, Progress]) -> bool:
    """Say whether nothing of the whole is open any more."""
    return all(state in {Progress.GRANTED, Progress.FAILED} for state in progress.values())
