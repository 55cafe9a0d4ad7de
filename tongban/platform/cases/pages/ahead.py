"""The steps of an open case as its process has them: what is done, who is at it, and who comes next, by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.wording import all_worded, worded
from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, CaseRow, subject_of
from tongban.platform.cases.pages import site
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import NO_LIMIT, Task

OPEN = frozenset({Case.State.SUBMITTED, Case.State.SUPPLEMENT, Case.State.ACCEPTED})
WORDS: dict[str, StrOrPromise] = {
    "done": pgettext_lazy("step of a case", "done"),
    "current": pgettext_lazy("step of a case", "in progress"),
    "ahead": pgettext_lazy("step of a case", "still to come"),
    "yours": gettext_lazy("awaiting your supplement"),
}
SHAPES = {
    "done": ("green", "check"),
    "current": ("blue", "clock"),
    "ahead": ("grey", "arrow"),
    "yours": ("yellow", "alert"),
}

# What says more of a step that several people sign: that somebody has to do something, then that somebody did.
_RANK: dict[str, int] = {Task.State.OPEN: 2, Task.State.DONE: 1, Task.State.CANCELLED: 0}


@dataclass(frozen=True)
class StepAhead:
    """One step. who: the office, as the guide says it; due_on: its last day, None where it has none; note: a visit.

    office   the department with which its task lies, "" before there is one
    """

    name: str
    who: str
    state: str
    due_on: date | None
    note: str = ""
    office: str = ""

    @property
    def word(self) -> str:
        return str(WORDS[self.state])

    @property
    def shape(self) -> tuple[str, str]:
        return SHAPES[self.state]


@dataclass(frozen=True)
class Coming:
    """What comes next in one line. steps: those at work now, or the next one.

    yours    the applicant has to supplement
    paused   a special procedure lasts, and both clocks stand still
    """

    steps: list[StepAhead]
    yours: bool
    paused: bool

    @property
    def words(self) -> str:
        """What, who and by when."""
        return pgettext("between steps of a case", "; ").join(_in_words(step) for step in self.steps)

    @property
    def visits(self) -> list[str]:
        return [step.note for step in self.steps if step.note]


def steps(case: Case, visit: str = "") -> list[StepAhead]:
    """Return the steps of a case that is open, in the order of its process; [] once it is decided.

    visit   when the inspector comes, as far as that is known
    """
    if case.state not in OPEN:
        return []
    tasks = Task.objects.of(case.subject).select_related("department")
    return _steps(case, cases.plan_of(case.version), _by_key(tasks), visit)


def coming(found: Iterable[CaseRow]) -> dict[int, Coming]:
    """Return what comes next of those of a page's cases that are open; asks as much for many as for one."""
    lines = [line for line in found if line.state in OPEN]
    if not lines:
        return {}
    plans = cases.plans_of(line.definition for line in lines)
    of_each: dict[str, list[Task]] = {}
    for task in Task.objects.of(*(subject_of(line.id) for line in lines)).select_related("department"):
        of_each.setdefault(task.subject, []).append(task)
    tasks = {subject: _by_key(some) for subject, some in of_each.items()}
    inspected = [line.id for line in lines if _is_inspected(tasks.get(subject_of(line.id), {}))]
    visits = cases.visits_of(inspected) if inspected else {}
    return {
        line.id: _coming(
            line,
            _steps(line, plans[line.definition], tasks.get(subject_of(line.id), {}), visited(visits.get(line.id))),
        )
        for line in lines
    }


def _by_key(tasks: Iterable[Task]) -> dict[str, Task]:
    """Return the task that says how each step stands: the last; of several that people sign, one that is open."""
    found: dict[str, Task] = {}
    for task in tasks:
        before = found.get(task.key)
        if before is not None and task.branch != before.branch and _RANK[task.state] < _RANK[before.state]:
            continue
        found[task.key] = task
    return found


def _is_inspected(tasks: Mapping[str, Task]) -> bool:
    return any(task.kind == "inspect" and task.state == Task.State.OPEN for task in tasks.values())


def coming_of(case: Case, found: list[StepAhead]) -> Coming | None:
    """Return what comes next of a case with these steps; None once it is decided."""
    return _coming(case, found) if found else None


def visited(visit: cases.Visit | None) -> str:
    """Return when the inspector comes, in words; "" while nobody has said."""
    told = site.visited(visit)
    return _("%(when)s (%(state)s)") % {"when": told.when, "state": told.state} if told else ""


def _coming(case: Case | CaseRow, found: list[StepAhead]) -> Coming:
    at_work = [step for step in found if step.state in {"current", "yours"}]
    ahead = [step for step in found if step.state == "ahead"]
    return Coming(at_work or ahead[:1], case.state == Case.State.SUPPLEMENT, case.paused_on is not None)


def _steps(case: Case | CaseRow, plan: cases.Plan, tasks: Mapping[str, Task], visit: str) -> list[StepAhead]:
    stages = {row["key"]: row for row in all_worded(plan.guide.get("stage", []))}
    found = []
    for key, kind, name in _tasks(plan.process.bpmn):
        task = tasks.get(key)
        state, due = _state_and_due(case, task)
        stage = stages.pop(key, {"name": worded(name), "who": ""})
        note = visit if kind == "inspect" and state != "done" else ""
        found.append(StepAhead(stage["name"], stage["who"], state, due, note, task.department.title if task else ""))
    # What follows by itself, such as making the licence, is a stage of the guide and no task of an office.
    return found + [StepAhead(stage["name"], stage["who"], "ahead", case.promised_due_on) for stage in stages.values()]


def _in_words(step: StepAhead) -> str:
    told = {"step": step.name, "office": step.office or step.who}
    if step.due_on is None:
        return _("%(step)s (%(office)s)") % told
    return _("%(step)s (%(office)s, by %(due)s)") % {**told, "due": ui.day(step.due_on)}


def _state_and_due(case: Case | CaseRow, task: Task | None) -> tuple[str, date | None]:
    if task is not None and task.state == Task.State.DONE and task.again_at is None:
        return "done", None
    if task is None or task.state != Task.State.OPEN:
        return "ahead", case.promised_due_on
    if case.state == Case.State.SUPPLEMENT:
        return "yours", None
    # While a special procedure lasts, the day of a task is only when it is expected to end.
    return "current", None if case.paused_on or task.due_on == NO_LIMIT else task.due_on


@lru_cache(maxsize=200)
def _tasks(bpmn: str) -> list[tuple[str, str, str]]:
    """Return key, kind and name of each task of a process, in the order of the file."""
    return [(node.id, node.kind, node.name) for node in workflow.steps(bpmn)]
