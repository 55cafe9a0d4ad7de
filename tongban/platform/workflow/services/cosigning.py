"""加签 and 减签: who has a task asks a colleague to sign as well, or does not need a signature any more."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow.events import SignerAdded, SignerTakenAway
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.rules import adding, engine, places
from tongban.platform.workflow.rules.adding import AddedSigner, added_signer
from tongban.platform.workflow.services.definitions import Compiled, compiled_of
from tongban.platform.workflow.services.handing import NobodyAble, NotAble, must_be_of_the_city, must_be_there
from tongban.platform.workflow.services.moving import TooManyRuns, follow, marking_of, run
from tongban.platform.workflow.services.running import must_be_open, must_do
from tongban.platform.workflow.services.serving import write_facts
from tongban.platform.workflow.services.signing import signatures_of, why_not_do


class WhySignToo(Refusal):
    status, field = 422, "reason"
    message = _("Say why another signature is needed; whoever signs reads it.")


class WhyNoLonger(Refusal):
    status, field = 422, "reason"
    message = _("Say why this signature is not needed any more; it stays on record.")


class SignedAlone(Refusal):
    message = _("“%(title)s” is answered by one person; nobody can sign it as well.")


class YourOwnSignature(Refusal):
    status, field = 422, "to"
    message = _("You sign “%(title)s” yourself. Choose a colleague.")


class HasSigned(Refusal):
    field = "to"
    message = _("%(name)s has signed “%(title)s” already; each signature comes from another person.")


class StaysOnRecord(Conflict):
    message = _("%(office)s has signed “%(title)s” already; what is signed stays on record.")


class NamedByDefinition(Refusal):
    message = _(
        "%(office)s signs “%(title)s” because the process says so. Only signatures that were asked for besides can be "
        "taken away."
    )


@transaction.atomic
def add_signer(*, actor: Actor, task: Task, department: Department, to: Account | None, reason: str) -> Task:
    """Ask a colleague, or whoever holds the duty in a department, to sign an open task as well 加签.

    A task that one person was to do becomes one that all have to agree to; it lies with the actor then. The task comes
    back as it is now, with the one that opened in `opened`: none where they sign in turn, or were asked before.
    to   None for anybody of the department who holds the duty
    Raises NotAllowed, WhySignToo, AlreadyDone, ClaimedByAnother, DoneByYourself, SignedAlready, SignedAlone,
    YourOwnSignature, HasSigned, NotAble, AnotherGovernment, NobodyAble, OnLeave, TooManyRuns.
    """
    must_do(actor, task)
    if not reason.strip():
        raise WhySignToo()
    instance, task, compiled = _lock(actor, task)
    _must_be_able(task, department, to)
    if to is not None and to.pk == actor.account:
        raise YourOwnSignature(title=task.title)
    signer = AddedSigner(department.pk, to.pk if to else None)
    if _is_asked(instance, compiled, task, signer, to):
        return task
    try:
        step, place, moved = run(adding.add, compiled, marking_of(instance), task.place, signer, instance.data)
    except adding.NotJoint as error:
        raise SignedAlone(title=task.title) from error
    except engine.TooMany as error:
        raise TooManyRuns(step=task.title) from error
    if task.claimed_by_id is None or moved != task.place:
        task.branch, task.version = moved if moved != task.key else "", task.version + 1
        task.claimed_by_id = task.claimed_by_id or actor.account
        task.save(update_fields=["branch", "claimed_by", "version"])
    due = task.due_on
    task.opened = follow(actor, instance, compiled, step, None)
    for new in task.opened:
        new.due_on = due
        new.save(update_fields=["due_on"])
    told = SignerAdded(str(task.uid), task.key, place, department.key, to.pk if to else None)
    journal.write(told, by=actor, subject=task.subject, reason=reason.strip())
    write_facts(actor, instance, compiled, step, task.opened)
    return task


@transaction.atomic
def take_away_signer(*, actor: Actor, task: Task, place: str, reason: str, due: date | None = None) -> Task:
    """Take away a signature that was asked for besides and has not been given 减签; again it changes nothing.

    Where the others have said enough without it, the process goes on: `opened`.
    task    the actor's own, open, of the same step; place: `Signature.place`; due: as for `complete`
    Raises NotAllowed, WhyNoLonger, AlreadyDone, ClaimedByAnother, DoneByYourself, SignedAlready, NamedByDefinition,
    StaysOnRecord.
    """
    must_do(actor, task)
    if not reason.strip():
        raise WhyNoLonger()
    instance, task, compiled = _lock(actor, task)
    found = next((one for one in signatures_of(instance, compiled, task) if one.place == place), None)
    if found is None or found.state == "gone":
        return task
    words = {"office": found.office, "title": task.title}
    if found.state == "signed":
        raise StaysOnRecord(**words)
    try:
        step = run(adding.take_away, compiled, marking_of(instance), place, instance.data)
    except adding.NotAdded as error:
        raise NamedByDefinition(**words) from error
    _note_gone(instance, place)
    task.opened = follow(actor, instance, compiled, step, due)
    told = SignerTakenAway(str(task.uid), task.key, place, [new.key for new in task.opened])
    journal.write(told, by=actor, subject=task.subject, reason=reason.strip())
    write_facts(actor, instance, compiled, step, task.opened)
    return task


def may_be_signed_by_more(task: Task) -> bool:
    """Say whether somebody can be asked to sign an open task as well."""
    node = compiled_of(task.instance).graph.nodes[task.key]
    return task.state == Task.State.OPEN and node.joint is not None and len(node.outcomes) > 1


def _lock(actor: Actor, task: Task) -> tuple[Instance, Task, Compiled]:
    # The instance before its task, as every verb does that moves tokens.
    instance: Instance = Instance.objects.select_for_update().get(pk=task.instance_id)
    found: Task = Task.objects.select_for_update(of=("self",)).select_related("department").get(pk=task.pk)
    must_be_open(found, actor, None)
    found.instance = instance
    if refused := why_not_do(actor, found):
        raise refused
    return instance, found, compiled_of(instance)


def _must_be_able(task: Task, department: Department, to: Account | None) -> None:
    must_be_of_the_city(task, department)
    if to is None:
        if not identity.able(task.duty, department, task.area):
            raise NobodyAble(department=department.title, title=task.title)
        return
    if not identity.actor_of(to).holds(task.duty, department=department.pk, area=task.area):
        raise NotAble(name=to.name, title=task.title)
    must_be_there(to)


def _is_asked(instance: Instance, compiled: Compiled, task: Task, signer: AddedSigner, to: Account | None) -> bool:
    """Say whether the same was asked already and waits. Raises HasSigned where a colleague has signed."""
    if not places.is_numbered(task.place):
        return False
    known = marking_of(instance).scopes.get(places.body_of(task.place), {})
    gone = known.get("gone", ())
    for one in signatures_of(instance, compiled, task):
        if to is not None and one.account == to.pk:
            if one.state == "signed":
                raise HasSigned(name=to.name, title=task.title)
            if one.state == "open":
                return True
        number = places.number_of(one.place)
        asked = added_signer(known.get("added", {}).get(str(number)))
        if asked == signer and one.state in {"open", "later"} and number not in gone:
            return True
    return False


def _note_gone(instance: Instance, place: str) -> None:
    """Note at the task, if there is one yet, why it leaves its desk."""
    for task in Task.objects.select_for_update(of=("self",)).open().filter(instance=instance).at_places([place]):
        task.data = {**task.data, "taken_away": True}
        task.save(update_fields=["data"])
