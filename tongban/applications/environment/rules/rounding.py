"""Rounding as standards ask for it. Source: GB/T 8170—2008, 3.2 (四舍六入五成双)."""

from decimal import ROUND_HALF_EVEN, Decimal


def rounded(value: Decimal, digits: int = 0) -> Decimal:
    """Return a value with so many decimals; a five with nothing behind it goes to the even digit."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
