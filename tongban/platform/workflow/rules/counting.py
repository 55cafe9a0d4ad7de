"""How often an activity that happens several times has happened, as conditions see it."""

from collections.abc import Mapping
from typing import Any

# The name under which each run knows which it is, counted from 1.
NUMBER = "number"
# What is known besides where several sign together: how much agrees, refuses, is needed, and all of it counts.
SIGNED = ("agreed", "refused", "needed", "total")


def counted(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts of an activity that happens several times, as conditions see them."""
    gone = sum(number < known["next"] for number in known.get("gone", ()))
    active = known["next"] - 1 - known["done"] - gone
    signed = {name: known[name] for name in SIGNED if name in known}
    return {"instances": known["of"], "completed": known["done"], "active": active, **signed, **known["counts"]}


def standard(known: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts under the names of BPMN 2.0 and of other engines."""
    counts = counted(known)
    return {f"{prefix}{name}Instances": counts.get(count, 0) for prefix in _PREFIXES for name, count in _COUNTS.items()}


_PREFIXES = ("numberOf", "nrOf")
# What ends the whole is asked before anything is stopped.
_COUNTS = {"": "instances", "Completed": "completed", "Active": "active", "Terminated": "terminated"}
STANDARD = frozenset(f"{prefix}{name}Instances" for prefix in _PREFIXES for name in _COUNTS)
