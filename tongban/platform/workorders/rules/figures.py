"""Rates and their grades."""

from collections.abc import Sequence


def percent(part: int, whole: int) -> float | None:
    """Return a share in per cent, to one decimal; None of nothing."""
    return round(part * 100 / whole, 1) if whole else None


def grade(rate: float, bounds: Sequence[int], *, fewer: bool) -> int:
    """Return 1 (best) to len(bounds) + 1.

    bounds   from which rate each grade begins, best first; fewer: up to which, where less is better
    Vector: bounds 95, 90, 80, 60: 95.0 is 1, 94.9 is 2, 59.9 is 5.
    """
    for number, bound in enumerate(bounds, start=1):
        if rate <= bound if fewer else rate >= bound:
            return number
    return len(bounds) + 1
