"""Compare what the channel says of a day with the ledger and the receipts."""

from collections.abc import Mapping
from typing import NamedTuple


class OurEntry(NamedTuple):
    """What we hold of one payment or refund.

    amount_fen   what it is about; ledger_fen: what moved in the ledger; receipt_fen: what its receipts say, None where
                 none is due
    """

    amount_fen: int
    ledger_fen: int
    receipt_fen: int | None


class FoundDifference(NamedTuple):
    """What does not agree. kind: see `KINDS`; None: nothing there."""

    kind: str
    number: str
    ours_fen: int | None
    theirs_fen: int | None


KINDS = ("missing-here", "missing-there", "amount", "ledger", "receipt")


def compared(ours: Mapping[str, OurEntry], theirs: Mapping[str, int]) -> list[FoundDifference]:
    """Return what does not agree between the channel's statement, our payments, the ledger and the receipts.

    Each payment is named once, for the first that is wrong: what the channel has and we have not, what we have and the
    channel has not, another amount; then our own books among themselves.
    """
    found = []
    for number in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(number), theirs.get(number)
        if one is None:
            found.append(FoundDifference("missing-here", number, None, other))
        elif other is None:
            found.append(FoundDifference("missing-there", number, one.amount_fen, None))
        elif one.amount_fen != other:
            found.append(FoundDifference("amount", number, one.amount_fen, other))
        elif one.ledger_fen != other:
            found.append(FoundDifference("ledger", number, one.ledger_fen, other))
        elif one.receipt_fen is not None and one.receipt_fen != other:
            found.append(FoundDifference("receipt", number, one.receipt_fen, other))
    return found
