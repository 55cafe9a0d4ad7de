"""Start a process, finish its tasks, ask a decision table, draw it."""

from tongban.platform.workflow.rules.problems import (
    Problem,
)
from tongban.platform.workflow.services.definitions import (
    BrokenDefinition,
    NoRuleFits,
    ProcessDefinition,
    asked_names,
    check,
    decide_table,
    decisions,
    explain_table,
    roles,
    sentence,
    steps,
    table_faults,
)
from tongban.platform.workflow.services.running import (
    AlreadyDone,
    ClaimedByAnother,
    RoleUnfilled,
    UnknownOutcome,
    cancel,
    claim,
    claimer,
    complete,
    release,
    reschedule,
    return_all_claimed,
    return_claimed,
    start,
)
from tongban.platform.workflow.services.showing import (
    outline,
    picture,
)

__all__ = [
    "AlreadyDone",
    "BrokenDefinition",
    "ClaimedByAnother",
    "NoRuleFits",
    "Problem",
    "ProcessDefinition",
    "RoleUnfilled",
    "UnknownOutcome",
    "asked_names",
    "cancel",
    "check",
    "claim",
    "claimer",
    "complete",
    "decide_table",
    "decisions",
    "explain_table",
    "outline",
    "picture",
    "release",
    "reschedule",
    "return_all_claimed",
    "return_claimed",
    "roles",
    "sentence",
    "start",
    "steps",
    "table_faults",
]
