"""机构撤并: a department is dissolved, and another one takes its work over."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import joint_duties
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.platform.identity import ports
from tongban.platform.identity.events import (
    DepartmentDissolved,
    DissolutionProposed,
    DissolutionWithdrawn,
    PositionEnded,
    PositionMoved,
)
from tongban.platform.identity.models import Account, Department, Dissolution, Position
from tongban.platform.identity.services.confirming import OwnProposal
from tongban.platform.identity.services.departments import carry_along, must_manage, same_government


class SuccessorUnfit(Refusal):
    status, field = 422, "successor"
    message = _(
        "%(name)s cannot take over the work of %(department)s. Choose another department of the same government."
    )


class WorkLeft(Refusal):
    field = "successor"
    message = _("%(name)s still has work: %(work)s. Name the department that takes it over.")


class GovernmentStays(Refusal):
    message = _("%(name)s is the government itself and cannot be dissolved.")


class DissolvedAlready(Refusal):
    message = _("%(name)s was dissolved on %(day)s.")


class NoReasonForIt(Refusal):
    status, field = 422, "reason"
    message = _("Say by which decision the department is dissolved.")


@transaction.atomic
def dissolve(*, actor: Actor, department: Department, successor: Department | None, reason: str) -> Dissolution:
    """Dissolve a department; its successor takes over people, tasks, cases and services. The same again is the same.

    Where somebody of the department may decide, it is proposed only: it counts once a second person confirms it.
    successor   None: nobody takes its work over, because it has none left
    Raises NotAllowed, NoReasonForIt, GovernmentStays, DissolvedAlready, SuccessorUnfit, WorkLeft.
    """
    must_manage(actor, department, area="", below=True)
    if successor:
        must_manage(actor, successor, area="", below=False)
    if not reason.strip():
        raise NoReasonForIt()
    department = Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
    found = Dissolution.objects.of(department)
    same = found is not None and found.successor_id == (successor and successor.pk)
    if found and same and (found.done_at or found.proposed_by_id == actor.account):
        return found
    _must_be_possible(department, successor)
    if found is None:
        found = Dissolution(department=department)
    found.successor, found.reason, found.proposed_by_id = successor, reason.strip(), actor.account
    found.proposed_at = clock.now()
    found.save()
    if actor.kind == "system" or not somebody_decides(department):
        return _carry_out(actor, found)
    told = DissolutionProposed(department.key, successor.key if successor else "")
    journal.write(told, by=actor, subject=f"department:{department.pk}", reason=found.reason)
    return found


@transaction.atomic
def confirm_dissolution(*, actor: Actor, department: Department) -> Dissolution:
    """Let what another one proposed be done. A second time changes nothing.

    Raises NotAllowed, NotFound, OwnProposal, SuccessorUnfit, WorkLeft.
    """
    found = _proposed(actor, department)
    if found.done_at:
        return found
    if found.proposed_by_id == actor.account:
        raise OwnProposal()
    _must_be_possible(found.department, found.successor)
    return _carry_out(actor, found)


@transaction.atomic
def withdraw_dissolution(*, actor: Actor, department: Department) -> None:
    """Leave a department as it is, though somebody proposed to dissolve it. Raises NotAllowed, NotFound."""
    found = _proposed(actor, department)
    if found.done_at:
        raise DissolvedAlready(name=department.title, day=department.dissolved_on)
    found.delete()
    journal.write(DissolutionWithdrawn(department.key), by=actor, subject=f"department:{department.pk}")


def somebody_decides(department: Department) -> bool:
    """Say whether a position in the department has a duty that nobody gives alone."""
    held = Position.objects.still_to_hold(on=clock.today()).filter(department=department).select_related("role")
    return any(joint_duties().intersection(position.role.duties) for position in held)


def possible_successors(actor: Actor, department: Department) -> list[Department]:
    """Return the departments that could take over the work of this one, as far as the actor looks after them."""
    found = Department.objects.managed_by(actor).working().in_order()
    return [one for one in found if _fits(department, one)]


def _proposed(actor: Actor, department: Department) -> Dissolution:
    must_manage(actor, department, area="", below=True)
    Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
    found = Dissolution.objects.of(department)
    if found is None:
        raise NotFound()
    if found.successor:
        must_manage(actor, found.successor, area="", below=False)
    return found


def _fits(department: Department, successor: Department) -> bool:
    """Say whether one department may take over another: it works, does not lie below it, and has its government."""
    alike = same_government(successor, department)
    return alike and successor.dissolved_on is None and not successor.path.startswith(department.path)


def _must_be_possible(department: Department, successor: Department | None) -> None:
    if department.dissolved_on:
        raise DissolvedAlready(name=department.title, day=department.dissolved_on)
    if department.parent_id is None:
        raise GovernmentStays(name=department.title)
    if successor and not _fits(department, successor):
        raise SuccessorUnfit(name=successor.title, department=department.title)
    if successor is None and (work := work_left(department)):
        raise WorkLeft(name=department.title, work=pgettext("between parts", "; ").join(work))


def work_left(department: Department) -> list[str]:
    """Return what a department still has to do, and which departments lie below it."""
    below = Department.objects.working().filter(parent=department).in_order()
    return [*(str(_("%(name)s below it")) % {"name": one.title} for one in below), *ports.open_work(department.pk)]


def _carry_out(actor: Actor, dissolution: Dissolution) -> Dissolution:
    department, successor = dissolution.department, dissolution.successor
    reached = {department.pk, *([successor.pk] if successor else [])}
    if successor:
        _move_below(Department.objects.working().filter(parent=department), successor)
    department.dissolved_on, department.successor = clock.today(), successor
    department.save(update_fields=["dissolved_on", "successor"])
    Department.objects.filter(successor=department).update(successor=successor)
    dissolution.done_at = clock.now()
    dissolution.save(update_fields=["done_at"])
    told = DepartmentDissolved(department.key, successor.key if successor else "")
    journal.write(told, by=actor, subject=f"department:{department.pk}", reason=dissolution.reason)
    held = Position.objects.select_for_update(of=("self",)).filter(department=department, ended_at__isnull=True)
    for position in held.still_to_hold(on=clock.today()).select_related("role").order_by("pk"):
        _move(actor, position, department, successor)
    # Whoever reached the department or what lay below it may reach more or less from now on.
    whose = Q(positions__department__in=reached) | Q(positions__subtree=True)
    Account.objects.filter(pk__in=Account.objects.filter(whose).values("pk")).update(rights_version=ids.token())
    return dissolution


def _move_below(departments: Iterable[Department], successor: Department) -> None:
    for child in departments:
        path = f"{successor.path}{child.key}/"
        carry_along(child, to=path)
        child.path, child.parent = path, successor
        child.save(update_fields=["path", "parent"])


def _move(actor: Actor, position: Position, department: Department, successor: Department | None) -> None:
    """Let an official go on in the successor as what they were; without one, their position ends."""
    position.ended_at = clock.now()
    position.save(update_fields=["ended_at"])
    subject, role = f"account:{position.account_id}", position.role.key
    if successor is None:
        told = PositionEnded(position.account_id, department.key, role)
        journal.write(told, by=actor, subject=subject)
        return
    alike = {name: getattr(position, name) for name in ("account_id", "role_id", "area", "deputy_for_id")}
    there = (
        Position.objects.still_to_hold(on=clock.today()).filter(department=successor, **alike).order_by("pk").first()
    )
    if there is None:
        there = Position(department=successor, valid_from=max(position.valid_from, clock.today()), **alike)
        there.valid_until, there.proposed_by_id = position.valid_until, position.proposed_by_id
    there.subtree = there.subtree or position.subtree
    there.valid_until = _later(there.valid_until, position.valid_until)
    there.save()
    journal.write(PositionMoved(position.account_id, department.key, successor.key, role), by=actor, subject=subject)


def _later(one: date | None, other: date | None) -> date | None:
    """Return the later of two last days; None has no end."""
    return None if one is None or other is None else max(one, other)
