"""The head of a department does what nobody else of it may: all keep out, did what is kept apart, or are away."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.cases import rules
from tongban.platform.cases.events import CaseTaskGivenToHead
from tongban.platform.cases.models import Case
from tongban.platform.cases.services.acting import LEAD, act, lock, why_another
from tongban.platform.cases.steps import STEPS
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

# So long ago a task opened at most that the hourly look at who may do it still sees it.
SEEN_FOR = timedelta(hours=3)
MAX_LOOKED_AT = 1000


def who_may(case: Case, task: Task, *, besides: int | None = None) -> list[Account]:
    """Return the officials who hold the duty of an open task, are there or have a deputy, and are not kept from it."""
    return _not_excluded(case, task, workflow.able(task, besides=besides))


def heads(case: Case, task: Task, *, besides: int | None = None) -> list[Account]:
    """Return who heads the department of a task, and is not kept from it; whoever is away has a deputy."""
    found = identity.able(LEAD, task.department, task.area)
    away = identity.away_until(account.pk for account in found)
    there = [one for one in found if one.pk != besides and (one.pk not in away or identity.deputies(one.pk))]
    return _not_excluded(case, task, there)


@transaction.atomic
def give_to_head(*, case: Case, task: Task) -> bool:
    """Let the head do a task that nobody else may; say whether it went there. Again it changes nothing.

    Source: 行政处罚法 art. 43, 公务员法 art. 76: who keeps out is decided, and replaced, by the head.
    """
    case = lock(pk=case.pk)
    if not rules.allowed(STEPS["given_to_head"], case.state) or task.duty == LEAD or not heads(case, task):
        return False
    reason = {"title": task.title, "office": task.department.name}
    given = workflow.give_to_head(task=task, duty=LEAD, reason="")
    act(case, "given_to_head", actor=SYSTEM, department=given.department.name, data={"task": task.key, **reason})
    told = CaseTaskGivenToHead(case.pk, str(case.number), task.key, given.department.key)
    journal.write(told, by=SYSTEM, subject=case.subject)
    return True


def see_to_what_nobody_may_do() -> int:
    """Give to the head what was put on desks lately and nobody there may do; say how much."""
    since = clock.now() - SEEN_FOR
    return _see_to(Task.objects.opened_since(since)[:MAX_LOOKED_AT])


def see_to_the_tasks_of(account: Account) -> int:
    """Give to the head what nobody may do now that an official is away."""
    actor = identity.actor_of(account)
    return _see_to(Task.objects.visible_to(actor).open().filter(claimed_by__isnull=True)[:MAX_LOOKED_AT])


def _see_to(tasks: Iterable[Task]) -> int:
    given = 0
    for task in tasks:
        key = Subject.parse(task.subject).number("case")
        if not key or not task.duty or task.duty == LEAD or task.claimed_by_id:
            continue
        case = Case.objects.get_with_related(key)
        if not who_may(case, task):
            given += give_to_head(case=case, task=task)
    return given


def _not_excluded(case: Case, task: Task, found: Iterable[Account]) -> list[Account]:
    return [account for account in found if why_another(identity.actor_of(account), case, task) is None]
