"""What another human does: approve a command or not, and approve ahead what automatic rules may command."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.actuation.events import (
    ControlCommandOpened,
    ControlRefused,
    StandingApprovalEnded,
    StandingApprovalGranted,
)
from tongban.platform.actuation.models import ControlCommand, ControlledDevice, ControlStep, StandingApproval
from tongban.platform.actuation.rules import states
from tongban.platform.actuation.services import moving, todo
from tongban.platform.actuation.services.kinds import command_of, interlocks, terms_of
from tongban.platform.actuation.services.requesting import block, pass_on


class OwnRequest(Refusal):
    status = 403
    message = _("You asked for this command yourself; someone else has to approve it.")


class ControlApprovedAlready(Refusal):
    status = 403
    message = _("You have approved this command already; it needs another person as well.")


class NotAHuman(Refusal):
    status = 403
    message = _("Only a person approves commands to devices.")


class NoStanding(Refusal):
    status, field = 422, "expires_at"
    message = _("This command may be approved ahead for %(days)s days at most.")


class RuleMissing(Refusal):
    status, field = 422, "rule"
    message = _("Say which automatic rule it is about, and why.")


class StandingEnded(Refusal):
    message = _("This approval was taken back already.")


@transaction.atomic
def approve(*, actor: Actor, command: ControlCommand, words: str = "", version: int | None = None) -> ControlCommand:
    """Approve a command that waits; the last one that is needed lets it be carried out, if its interlocks still hold.

    Raises NotAllowed, NotAHuman, OwnRequest, ControlApprovedAlready, ControlChanged, ControlGoneOn, UnknownControl.
    """
    held = moving.hold(command, version=version)
    kind, wanted = terms_of(held)
    _must_be_another(actor, held, wanted.approve_duty)
    if actor.account in ControlStep.objects.approvers(held):
        raise ControlApprovedAlready()
    moving.must_follow(held, states.APPROVED)
    said = interlocks(held.device, kind, held.command, held.parameters)
    held.approved_by, held.approvals = actor.account, held.approvals + 1
    if not said.refusing and held.approvals < wanted.approvals:
        moving.keep(held, actor, "approve", state=held.state, due_at=held.due_at, words=words, facts=said.facts)
        return held
    moving.note(held, actor, "approve", words=words, facts=said.facts)
    todo.close_in_list(actor, held)
    return block(actor, held, said) if said.refusing else pass_on(actor, held, wanted)


@transaction.atomic
def refuse(*, actor: Actor, command: ControlCommand, words: str, version: int | None = None) -> ControlCommand:
    """Do not approve a command, and say why.

    Raises NotAllowed, NotAHuman, OwnRequest, ControlChanged, ControlGoneOn, ControlWordsMissing.
    """
    held = moving.hold(command, version=version)
    _must_be_another(actor, held, terms_of(held)[1].approve_duty)
    moving.must_follow(held, states.REFUSED)
    if not words.strip():
        raise moving.ControlWordsMissing()
    moving.keep(held, actor, "refuse", state=states.REFUSED, words=words)
    todo.close_in_list(actor, held)
    told = ControlRefused(held.pk, held.subject, held.device.key)
    journal.write(told, by=actor, subject=held.name, reason=words.strip())
    return held


@transaction.atomic
def grant_standing(
    *,
    actor: Actor,
    device: ControlledDevice,
    command: str,
    rule: str,
    reason: str,
    expires_at: datetime,
    valid_from: datetime | None = None,
) -> StandingApproval:
    """Approve ahead what an automatic rule may command of one device, until a moment.

    Raises NotAllowed, NotAHuman, UnknownControl, RuleMissing, NoStanding.
    """
    _kind, wanted = command_of(device, command)
    actor.must_hold(wanted.approve_duty, department=device.department_id, area=device.area)
    approver = _must_be_human(actor)
    if not rule.strip() or not reason.strip():
        raise RuleMissing()
    begin = valid_from or clock.now()
    if not begin < expires_at <= begin + timedelta(days=wanted.standing_days):
        raise NoStanding(days=wanted.standing_days)
    granted = StandingApproval.objects.create(
        device=device,
        command=command,
        rule=rule.strip(),
        reason=reason.strip(),
        approved_by=approver,
        approver=actor.name,
        granted_at=clock.now(),
        valid_from=begin,
        expires_at=expires_at,
    )
    told = StandingApprovalGranted(granted.pk, device.key, command, granted.rule, expires_at.isoformat())
    journal.write(told, by=actor, subject=device.subject, reason=granted.reason)
    return granted


@transaction.atomic
def end_standing(*, actor: Actor, approval: StandingApproval) -> StandingApproval:
    """Take an approval ahead back; what it let through already goes on. Raises NotAllowed, StandingEnded."""
    held = StandingApproval.objects.select_for_update(of=("self",)).select_related("device").get(pk=approval.pk)
    duty = command_of(held.device, held.command)[1].approve_duty
    actor.must_hold(duty, department=held.device.department_id, area=held.device.area)
    if held.ended_at:
        raise StandingEnded()
    held.ended_at, held.ender = clock.now(), actor.name
    held.save(update_fields=["ended_at", "ender"])
    journal.write(StandingApprovalEnded(held.pk, held.device.key), by=actor, subject=held.device.subject)
    return held


def may_approve(actor: Actor, command: ControlCommand) -> bool:
    """Say whether this person may decide about a command that waits."""
    try:
        duty = terms_of(command)[1].approve_duty
        _must_be_another(actor, command, duty)
    except Refusal:
        return False
    return command.state == states.ASKED and actor.account not in ControlStep.objects.approvers(command)


def record_opened(*, actor: Actor, command: ControlCommand) -> None:
    """Write down that an official read a command."""
    journal.write(ControlCommandOpened(command.pk), by=actor, subject=command.name)


def _must_be_another(actor: Actor, command: ControlCommand, duty: str) -> None:
    actor.must_hold(duty, department=command.department_id, area=command.area)
    _must_be_human(actor)
    if actor.account == command.asked_by:
        raise OwnRequest()


def _must_be_human(actor: Actor) -> int:
    """Return the account of an official. Raises NotAHuman for the house itself and for other systems."""
    if actor.account is None or actor.kind != "staff":
        raise NotAHuman()
    return actor.account
