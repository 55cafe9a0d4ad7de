"""Two officers do a task together: one finishes it, the other has confirmed before that they took part.

Source: 行政处罚法 art. 42 (at least two enforcement officers), 行政许可法 art. 34 (two or more officials verify).
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.workflow.events import SecondOfficerConfirmed, SecondOfficerNamed
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.services.definitions import compiled_of
from tongban.platform.workflow.services.handing import NotAble, must_be_there
from tongban.platform.workflow.services.running import must_be_open, must_do
from tongban.platform.workflow.services.signing import why_not_do


class SecondIsAnother(Refusal):
    status, field = 422, "to"
    message = _("Two officers do “%(title)s”: name a colleague, not yourself.")


class KeptApart(Refusal):
    status, field = 422, "to"
    message = _("%(name)s may not do “%(title)s”, so they are no second officer either. Choose another colleague.")


class OneIsEnough(Refusal):
    message = _("“%(title)s” is done by one officer.")


class NotTheSecond(Refusal):
    status = 403
    message = _("Only the officer who was named as the second confirms this.")


@transaction.atomic
def name_second(*, actor: Actor, task: Task, to: Account) -> Task:
    """Name the second officer of an open task; it lies with the actor then. The same again changes nothing.

    Raises NotAllowed, OneIsEnough, SecondIsAnother, NotAble, KeptApart, OnLeave, AlreadyDone, ClaimedByAnother.
    """
    must_do(actor, task)
    task = _lock(actor, task)
    if to.pk == actor.account:
        raise SecondIsAnother(title=task.title)
    if not identity.actor_of(to).holds(task.duty, department=task.department_id, area=task.area):
        raise NotAble(name=to.name, title=task.title)
    if why_not_do(identity.actor_of(to), task) is not None:
        raise KeptApart(name=to.name, title=task.title)
    must_be_there(to)
    if task.second_id == to.pk:
        return task
    task.second_id, task.seconded_at, task.version = to.pk, None, task.version + 1
    task.claimed_by_id = task.claimed_by_id or actor.account
    task.save(update_fields=["second", "seconded_at", "claimed_by", "version"])
    journal.write(SecondOfficerNamed(str(task.uid), task.key, to.pk), by=actor, subject=task.subject)
    return task


@transaction.atomic
def confirm_second(*, actor: Actor, task: Task) -> Task:
    """Confirm as the second officer that one takes part; only then the task counts. Again it changes nothing.

    Raises NotAllowed, NotTheSecond, AlreadyDone, OneIsEnough.
    """
    must_do(actor, task)
    task = _lock(None, task)
    if task.second_id is None or task.second_id != actor.account:
        raise NotTheSecond()
    if task.seconded_at is None:
        task.seconded_at, task.version = clock.now(), task.version + 1
        task.save(update_fields=["seconded_at", "version"])
        journal.write(SecondOfficerConfirmed(str(task.uid), task.key), by=actor, subject=task.subject)
    return task


def needs_two(task: Task) -> bool:
    """Say whether two officers do this task together."""
    return compiled_of(task.instance).graph.nodes[task.key].officers > 1


def _lock(actor: Actor | None, task: Task) -> Task:
    found: Task = Task.objects.select_for_update(of=("self",)).select_related("department", "instance").get(pk=task.pk)
    must_be_open(found, actor or Actor("system"), None)
    if not needs_two(found):
        raise OneIsEnough(title=found.title)
    return found
