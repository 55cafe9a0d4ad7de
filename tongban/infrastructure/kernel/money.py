"""Amounts of money: whole fen inside, never a float."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of renminbi.

    fen   hundredths of a yuan, a whole number
    """

    fen: int = 0

    def __str__(self) -> str:
        return f"{Decimal(self.fen) / 100:,.2f}"
