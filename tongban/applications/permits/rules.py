"""How long a licence is valid."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any


def valid_until(result: Mapping[str, Any], start: date) -> date | None:
    """Return the last day of validity; None for long-term.

    result   [result] of the service definition: valid_years, valid_days or validity = "long"
    A licence for five years from 2026-11-22 is valid until 2031-11-21.
    """
    if years := result.get("valid_years"):
        return _years_later(start, int(years)) - timedelta(days=1)
    if days := result.get("valid_days"):
        return start + timedelta(days=int(days) - 1)
    return None


def extended_until(result: Mapping[str, Any], rule: Mapping[str, Any], former: date | None, start: date) -> date | None:
    """Return the last day of a licence that was extended by a decision of the day `start`.

    rule     [acts_on] of the service definition: starts = "decision" counts the new period from the decision, else it
             is added to the old one
    former   its last day before
    """
    on_top = former is not None and rule.get("starts", "end") == "end"
    return valid_until(result, former + timedelta(days=1) if former and on_top else start)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February in a year that has none
        return day.replace(year=day.year + years, month=3, day=1)
