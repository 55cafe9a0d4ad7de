"""Start a process, finish its tasks, ask a decision table, draw it."""

from tongban.infrastructure.kernel.problems import Problem, sentence
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
    steps,
    table_faults,
)
from tongban.platform.workflow.services.moving import NoDueDay, RoleUnfilled, TooManyRuns
from tongban.platform.workflow.services.running import (
    AlreadyDone,
    ClaimedByAnother,
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
from tongban.platform.workflow.services.serving import ServiceFailed, do_service
from tongban.platform.workflow.services.showing import (
    outline,
    picture,
)
from tongban.platform.workflow.services.todo import TodoFilters, duties_at, remarks, summarised, todo, topics
from tongban.platform.workflow.services.waiting import awaited, pass_timers, receive

__all__ = [
    "AlreadyDone",
    "BrokenDefinition",
    "ClaimedByAnother",
    "NoDueDay",
    "NoRuleFits",
    "Problem",
    "ProcessDefinition",
    "RoleUnfilled",
    "ServiceFailed",
    "TodoFilters",
    "TooManyRuns",
    "UnknownOutcome",
    "asked_names",
    "awaited",
    "cancel",
    "check",
    "claim",
    "claimer",
    "complete",
    "decide_table",
    "decisions",
    "do_service",
    "duties_at",
    "explain_table",
    "outline",
    "pass_timers",
    "picture",
    "receive",
    "release",
    "remarks",
    "reschedule",
    "return_all_claimed",
    "return_claimed",
    "roles",
    "sentence",
    "start",
    "steps",
    "summarised",
    "table_faults",
    "todo",
    "topics",
]
