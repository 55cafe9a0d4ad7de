"""The steps of an open case as its process has them: what is done, who is at it, and who comes next, by when."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.infrastructure.kernel.module import Text
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import NO_LIMIT, Task

OPEN = frozenset({Case.State.SUBMITTED, Case.State.SUPPLEMENT, Case.State.ACCEPTED})
WORDS: dict[str, Text] = {
    "done": pgettext_lazy("step of a case", "done"),
    "current": pgettext_lazy("step of a case", "at work now"),
    "ahead": pgettext_lazy("step of a case", "still to come"),
    "yours": gettext_lazy("waiting for your supplement"),
}
SHAPES = {
    "done": ("green", "check"),
    "current": ("blue", "clock"),
    "ahead": ("grey", "arrow"),
    "yours": ("yellow", "alert"),
}


@dataclass(frozen=True)
class Step:
    """One step. who: the office, as the guide says it; due_on: its last day, None where it has none; note: a visit."""

    name: str
    who: str
    word: str
    shape: tuple[str, str]
    due_on: date | None
    note: str = ""


def steps(case: Case, visit: str = "") -> list[Step]:
    """Return the steps of a case that is open, in the order of its process; [] once it is decided.

    visit   when the inspector comes, as far as that is known
    """
    if case.state not in OPEN:
        return []
    plan = cases.plan_of(case.version)
    stages = {row["key"]: row for row in plan.guide.get("stage", [])}
    tasks = {task.key: task for task in Task.objects.of(case.subject)}
    found = []
    for key, kind, name in _tasks(plan.process.bpmn):
        state, due = _standing(case, tasks.get(key))
        stage = stages.pop(key, {"name": name, "who": ""})
        note = visit if kind == "inspect" and state != "done" else ""
        found.append(Step(stage["name"], stage["who"], str(WORDS[state]), SHAPES[state], due, note))
    # What follows by itself, such as making the licence, is a stage of the guide and no task of an office.
    return found + [
        Step(stage["name"], stage["who"], str(WORDS["ahead"]), SHAPES["ahead"], case.promised_due_on)
        for stage in stages.values()
    ]


def _standing(case: Case, task: Task | None) -> tuple[str, date | None]:
    if task is None or task.state == Task.State.CANCELLED:
        return "ahead", case.promised_due_on
    if task.state == Task.State.DONE:
        return "done", None
    if case.state == Case.State.SUPPLEMENT:
        return "yours", None
    return "current", None if task.due_on == NO_LIMIT else task.due_on


@lru_cache(maxsize=200)
def _tasks(bpmn: str) -> list[tuple[str, str, str]]:
    """Return key, kind and name of each task of a process, in the order of the file."""
    return [(node.id, node.kind, node.name) for node in workflow.steps(bpmn)]
