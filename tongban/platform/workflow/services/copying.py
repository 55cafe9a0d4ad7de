"""抄送: a matter is sent to a colleague or a department to be read; nothing has to be done."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.paging import Page, keyset_page
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow.events import CopyRead, CopySent
from tongban.platform.workflow.models import Copy, CopyRow, Task
from tongban.platform.workflow.ports import SOURCES, TaskSummary
from tongban.platform.workflow.services.handing import must_be_there
from tongban.platform.workflow.services.running import must_be_open, must_do
from tongban.platform.workflow.services.todo import PAGE, duties_at


class WhyCopied(Refusal):
    status, field = 422, "reason"
    message = _("Say why they are to read this.")


class CopyToYourself(Refusal):
    status, field = 422, "to"
    message = _("You have the matter before you. Name a colleague.")


class ListedCopy(NamedTuple):
    """A copy of the list with what its room says of it."""

    copy: CopyRow
    summary: TaskSummary


@transaction.atomic
def send_copy(
    *, actor: Actor, task: Task, department: Department, to: Account | None, duty: str, reason: str
) -> tuple[Copy, bool]:
    """Send what a task is about to somebody to be read. Whether they may read it is the caller's question.

    to     None for whoever holds the duty in the department
    Return the copy, and whether it is a new one: what waits to be read is not sent again.
    Raises NotAllowed, WhyCopied, CopyToYourself, OnLeave, AlreadyDone, ClaimedByAnother.
    """
    must_do(actor, task)
    if not reason.strip():
        raise WhyCopied()
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    must_be_open(task, actor, None)
    if to is not None:
        if to.pk == actor.account:
            raise CopyToYourself()
        must_be_there(to)
    account = to.pk if to else None
    waiting = Copy.objects.of(task.subject).addressed(department.pk, account).unread().first()
    if waiting is not None:
        return waiting, False
    copy = Copy(
        subject=task.subject,
        about=task.about,
        department=department,
        duty="" if to else duty,
        area=task.area,
        account_id=account,
        sent_by_id=actor.account,
        sender=actor.name[:80],
        reason=reason.strip(),
    )
    copy.save()
    told = CopySent(str(copy.uid), task.key, department.key, account)
    journal.write(told, by=actor, subject=task.subject, reason=reason.strip())
    return copy, True


@transaction.atomic
def read_copy(*, actor: Actor, copy: Copy) -> Copy:
    """Note that a copy was read; only the first time counts. Whether the actor sees it, `visible_to` says."""
    copy = Copy.objects.select_for_update(of=("self",)).get(pk=copy.pk)
    if copy.read_at is not None:
        return copy
    copy.read_at, copy.read_by_id = clock.now(), actor.account
    copy.save(update_fields=["read_at", "read_by"])
    journal.write(CopyRead(str(copy.uid)), by=actor, subject=copy.subject, reason=copy.reason)
    return copy


def copies(*, actor: Actor, portal: str, params: Mapping[str, str]) -> Page[CopyRow]:
    """Return the page of copies sent to the actor or their department that `params` asks for, the newest first."""
    parts: list[QuerySet[Copy, CopyRow]] = [part.rows() for part in Copy.objects.parts(actor, duties_at(portal))]
    return keyset_page(parts, params, order=("-sent_at", "-id"), size=PAGE)


def summarised_copies(copies: Sequence[CopyRow]) -> list[ListedCopy]:
    """Say of each copy what its room says of it."""
    by_kind: dict[str, list[CopyRow]] = {}
    for copy in copies:
        by_kind.setdefault(Subject.parse(copy.subject).kind, []).append(copy)
    found: dict[int, TaskSummary] = {}
    for kind, some in by_kind.items():
        if (source := SOURCES.get(kind)) is not None:
            found |= source.summarise_copies(some)
    return [ListedCopy(copy, found.get(copy.id) or TaskSummary(what=copy.about)) for copy in copies]
