"""事项逐项梳理: what a new version of a guide changes for people and for the office, before and after."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

# What is counted, in the order in which it is told.
LIMITS = ("promised_days", "statutory_days")
NAMED = ("materials", "brought", "stages", "conditions")


class GuideDifference(NamedTuple):
    """One thing that a version changes. what: a key; before, after: a number, or names joined by 、; "" for nothing."""

    what: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[GuideDifference]:
    """Return what differs between two guides of one service, as far as it can be counted or named."""
    return [row for row in _compared(before, after) if row.before != row.after]


def _compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[GuideDifference]:
    yield GuideDifference("name", str(before["name"]), str(after["name"]))
    for key in LIMITS:
        yield GuideDifference(key, _number(before, "limits", key), _number(after, "limits", key))
    yield GuideDifference("visits", str(before.get("visits", "")), str(after.get("visits", "")))
    yield GuideDifference("fee", _fee(before), _fee(after))
    old, new = _names(before), _names(after)
    for key in NAMED:
        yield GuideDifference(f"{key}_counted", str(len(old[key])), str(len(new[key])))
        gone = [name for name in old[key] if name not in new[key]]
        come = [name for name in new[key] if name not in old[key]]
        yield GuideDifference(f"{key}_named", "、".join(gone), "、".join(come))
    yield GuideDifference("result", str(before["result"]["name"]), str(after["result"]["name"]))


def _number(guide: Mapping[str, Any], table: str, key: str) -> str:
    return str(guide.get(table, {}).get(key, ""))


def _fee(guide: Mapping[str, Any]) -> str:
    return "yes" if guide["fee"]["charged"] else "no"


def _names(guide: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the names of all materials, of those that people bring themselves, of the steps and of the conditions."""
    materials = guide.get("material", [])
    return {
        "materials": [row["name"] for row in materials],
        "brought": [row["name"] for row in materials if not row.get("fetch")],
        "stages": [row["name"] for row in guide.get("stage", [])],
        "conditions": [row["text"] for row in guide.get("condition", [])],
    }
