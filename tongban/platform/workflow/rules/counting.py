"""How often an activity that happens several times has happened, as conditions see it."""

from collections.abc import Mapping
from typing import Any


def counted(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts of an activity that happens several times, as conditions see them."""
    active = known["next"] - 1 - known["done"]
    return {"instances": known["of"], "completed": known["done"], "active": active, **known["counts"]}


def standard(known: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts under the names of BPMN 2.0 and of other engines."""
    counts = counted(known)
    instances, completed, active = counts["instances"], counts["completed"], counts["active"]
    return {
        "numberOfInstances": instances,
        "numberOfCompletedInstances": completed,
        "numberOfActiveInstances": active,
        "nrOfInstances": instances,
        "nrOfCompletedInstances": completed,
        "nrOfActiveInstances": active,
    }
