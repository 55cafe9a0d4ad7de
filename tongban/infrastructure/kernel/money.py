"""Amounts of money: whole fen inside, never a float."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of renminbi.

    fen   hundredths of a yuan, a whole number
    """

    fen: int = 0

    @classmethod
    def yuan(cls, amount: str | Decimal | int) -> Self:
        """Read an amount in yuan. Raises ValueError where it has a part smaller than a fen."""
        fen = Decimal(amount) * 100
        if fen != fen.to_integral_value():
            raise ValueError(f"{amount} yuan is not a whole number of fen")
        return cls(int(fen))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.fen + other.fen)

    def __str__(self) -> str:
        return f"{Decimal(self.fen) / 100:,.2f}"
