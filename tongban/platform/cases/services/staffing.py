"""Before a definition is published: can the officials of the city do what it keeps apart?"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import pgettext

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.cases.rules import staffing
from tongban.platform.cases.services.acting import LEAD
from tongban.platform.cases.services.plan import DUTIES
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow import services as workflow

FILE = "process.bpmn"


def problems(guide: Mapping[str, Any], process: str) -> Iterator[Problem]:
    """Find tasks that nobody could finish, because too few officials hold the duties of tasks that are kept apart.

    The head of a department counts with its officials: they do what nobody else there may.
    """
    nodes = [node for node in workflow.steps(process) if node.repetition is None and not node.skip]
    tasks = [staffing.StaffedTask(node.id, node.kind, node.apart, node.officers) for node in nodes]
    able = _able(guide, {node.id: (node.kind, node.role) for node in nodes})
    able |= {task.id + staffing.SECOND: able[task.id] for task in tasks if task.officers > 1}
    same = bool(guide.get("process", {}).get("same_person", False))
    short = staffing.shortage(able, staffing.kept_apart(tasks, one_for_all=same))
    if not short:
        return
    titles = {node.id: node.name or node.id for node in nodes}
    ids = list(dict.fromkeys(task.removesuffix(staffing.SECOND) for task in short))
    names = Account.objects.names_of({account for task in short for account in able[task]})
    between = pgettext("between names", ", ")
    yield Problem(
        FILE,
        ids[0],
        gettext_noop("%(tasks)s must be done by different people, but only %(people)s may do them."),
        gettext_noop("Appoint a colleague with the duty in the department, or do not keep the tasks apart."),
        details={
            "tasks": between.join(f"“{titles[task]}”" for task in ids),
            "people": between.join(sorted(names.values())),
        },
    )


def _able(guide: Mapping[str, Any], tasks: Mapping[str, tuple[str, str]]) -> dict[str, frozenset[int]]:
    """Return who may do each task today: task -> accounts."""
    plays = {row["key"]: row["department"] for row in guide.get("role", ())}
    area = Department.objects.acting_for(guide["department"]).area
    found: dict[str, frozenset[int]] = {}
    for task, (kind, role) in tasks.items():
        department = Department.objects.acting_for(plays[role]) if role in plays else None
        duties = (DUTIES[kind], LEAD) if kind in DUTIES else ()
        people = (one for duty in duties if department for one in identity.able(duty, department, area))
        found[task] = frozenset(account.pk for account in people)
    return found
