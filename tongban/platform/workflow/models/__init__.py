"""Processes that run, the tasks they put on desks, and the copies that are sent to be read."""

from tongban.platform.workflow.models.copies import Copy, CopyQuerySet, CopyRow
from tongban.platform.workflow.models.processes import (
    MAX_ABOUT,
    MAX_PARTS,
    MAX_TOPIC,
    NO_LIMIT,
    Instance,
    InstanceQuerySet,
    Process,
    Task,
    TaskQuerySet,
    TaskRow,
)

__all__ = [
    "MAX_ABOUT",
    "MAX_PARTS",
    "MAX_TOPIC",
    "NO_LIMIT",
    "Copy",
    "CopyQuerySet",
    "CopyRow",
    "Instance",
    "InstanceQuerySet",
    "Process",
    "Task",
    "TaskQuerySet",
    "TaskRow",
]
