"""Routing: the first rule whose condition holds says to which department an order goes. Conditions are FEEL."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from tongban.infrastructure import feel
from tongban.infrastructure.feel import Expression

# What a condition may ask for.
NAMES = ("kind", "group", "urgency", "area", "address", "owner", "source", "hour", "weekday", "workday")


class RoutingRule(NamedTuple):
    """One rule. when: a condition; department: key of where it goes; note: why, in words."""

    when: str
    department: str
    note: str = ""


class RoutingMatch(NamedTuple):
    """Which rule fitted. number: from 1."""

    number: int
    rule: RoutingRule


def rules_of(rows: Sequence[Mapping[str, str]]) -> tuple[RoutingRule, ...]:
    return tuple(RoutingRule(row["when"], row["department"], row.get("note", "")) for row in rows)


def route(rules: Sequence[RoutingRule], facts: Mapping[str, Any], *, on: date) -> RoutingMatch | None:
    """Return the first rule that fits; None where none does, and somebody dispatches by hand.

    facts   see `facts_of`; a condition that asks for what is missing is null, and null does not hold
    """
    for number, rule in enumerate(rules, start=1):
        if _parsed(rule.when).evaluate(facts, today=on) is True:
            return RoutingMatch(number, rule)
    return None


def facts_of(
    *,
    kind: str,
    group: str,
    urgency: str,
    area: str,
    address: str,
    owner: str,
    source: str,
    at: datetime,
    workday: bool,
) -> dict[str, Any]:
    """Return what conditions may ask for of an order.

    owner   key of the department that the thing belongs to; source: kind of its subject, "alert"
    at      when it was raised, where the city is; hour 0–23, weekday 1 (Monday) – 7
    """
    said = {"kind": kind, "group": group, "urgency": urgency, "area": area, "address": address, "owner": owner}
    return {**said, "source": source, "hour": at.hour, "weekday": at.isoweekday(), "workday": workday}


def unreadable(when: str) -> Any:
    """Return what is wrong with a condition, as `feel` says it; None for nothing."""
    try:
        _parsed(when)
    except feel.UnreadableExpression as error:
        return error.problem
    return None


@lru_cache(maxsize=2000)
def _parsed(when: str) -> Expression:
    return feel.parse(when, names=NAMES)
