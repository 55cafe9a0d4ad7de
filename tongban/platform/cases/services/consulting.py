"""征求意见: a table decides which departments are asked about a case; silence counts as no objection."""

from collections.abc import Sequence
from typing import Any

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.cases.events import AdviceAsked, AdviceMissing
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import facts, offices, plan
from tongban.platform.cases.services.acting import act, lock
from tongban.platform.identity.models import Department
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.ports import ServiceCall

# By this name the process knows the list of roles.
CONSULTED = "consulted"


def ask(case: Case, actor: Actor) -> dict[str, Any]:
    """Decide by the answers who is asked, and keep it; return what the process has to know. {} where nobody ever is.

    In the transaction of the acceptance: from then on the answers stay. Raises NoRuleFits.
    """
    definition, today = plan.of(case.version), clock.today()
    if not definition.consultation:
        return {}
    rows = definition.rows_of(definition.consultation["table"], case.answers, today, facts.age(case, today))
    asked = list(dict.fromkeys(str(row["role"]) for row in rows))
    if asked:
        roles = offices.roles_of(case)
        names = _names([roles[role] for role in asked if role in roles])
        act(case, "advice_asked", actor=SYSTEM, data={"offices": "、".join(names), "roles": asked})
        journal.write(AdviceAsked(case.pk, str(case.number), asked), by=actor, subject=case.subject)
    return {CONSULTED: asked}


def take_silence(call: ServiceCall) -> dict[str, Any]:
    """Keep which of those who were asked did not answer in time: 视为无意见. The work of a process."""
    case = lock(pk=Subject.parse(call.subject).number("case") or 0)
    key = plan.of(case.version).consultation["task"]
    answered = {given.data.get("branch") for given in Action.objects.of(case).opinions()}
    since = Action.objects.of(case).of_kinds(["advice_asked"]).newest()
    silent = [
        task
        for task in Task.objects.of(case.subject).filter(key=key, state=Task.State.CANCELLED).order_by("pk")
        if task.branch not in answered and (since is None or task.opened_at >= since.at)
    ]
    if silent:
        names = _names([task.department_id for task in silent])
        data = {"offices": "、".join(names), "task": key, "title": silent[0].title}
        act(case, "advice_missing", actor=SYSTEM, data=data)
        fact = AdviceMissing(case.pk, str(case.number), [task.role for task in silent])
        journal.write(fact, by=SYSTEM, subject=case.subject)
    return {"silent": len(silent)}


def _names(departments: Sequence[int]) -> list[str]:
    found = Department.objects.names()
    return [found[pk] for pk in dict.fromkeys(departments)]
