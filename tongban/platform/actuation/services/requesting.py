"""Asking for a command: its interlocks are tried, and it waits for another human, unless one approved it ahead."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk, changes
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, Refusal
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.actuation.events import ControlApproved, ControlBlocked, ControlRequested
from tongban.platform.actuation.models import ControlCommand, ControlledDevice, StandingApproval
from tongban.platform.actuation.rules import kinds as rules
from tongban.platform.actuation.rules import states
from tongban.platform.actuation.rules.kinds import KindOfCommand
from tongban.platform.actuation.services import moving, todo
from tongban.platform.actuation.services.kinds import InterlocksSaid, command_of, interlocks

REQUEST = "actuation.request"
FAULTS = {
    "missing": _("Say what “%(title)s” should be."),
    "unknown": _("This command knows no “%(title)s”."),
    "choice": _("“%(title)s” is one of: %(choices)s."),
    "range": _("“%(title)s” is a number from %(lowest)s to %(highest)s."),
}
BUSY = _("The device is under another command at the moment. Release that one first.")


class OutOfService(Refusal):
    message = _("%(name)s takes no commands at present; its steward took it out of service.")


class ControlReasonMissing(Refusal):
    status, field = 422, "reason"
    message = _("Say why the device should do this.")


class ControlTooLong(Refusal):
    status, field = 422, "seconds"
    message = _("This command may be in force for %(seconds)s seconds at most.")


class ControlKeyUsed(Conflict):
    message = _("Another command bears this key already. Send it again with a key of its own.")


@transaction.atomic
def request(
    *,
    actor: Actor,
    device: ControlledDevice,
    command: str,
    parameters: Mapping[str, Any],
    reason: str,
    subject: str = "",
    key: str = "",
    drill: bool = False,
    seconds: int | None = None,
    rule: str = "",
) -> ControlCommand:
    """Ask for a command. Where an interlock does not hold it is kept as blocked, with the sentence that says why.

    command   of the kind of the device; parameters: by their keys
    reason    why, for the record; subject: what it is about, "incident:12"
    key       idempotency: a second call with the same key returns the first command
    drill     everything happens but that the device hears of it
    seconds   how long it is in force; the longest that the kind allows where nothing is said
    rule      name of the automatic rule that asks; one that a human approved ahead waits for nobody
    Returns the command, "asked", "approved" or "blocked".
    Raises NotAllowed, OutOfService, UnknownControl, Invalid, ControlReasonMissing, ControlTooLong, ControlKeyUsed.
    """
    actor.must_hold(REQUEST, department=device.department_id, area=device.area)
    if (known := _known(key, device, command)) is not None:
        return known
    if not device.in_service:
        raise OutOfService(name=device.name)
    kind, wanted = command_of(device, command)
    _must_fit(wanted, parameters, device)
    if not reason.strip():
        raise ControlReasonMissing()
    lasting = wanted.max_seconds if seconds is None else seconds
    if not 0 <= lasting <= wanted.max_seconds or (wanted.max_seconds and not lasting):
        raise ControlTooLong(seconds=wanted.max_seconds)
    now = clock.now()
    asked = ControlCommand(
        number=f"KZ{clock.today():%Y}-{ids.token(8)}",
        device=device,
        department_id=device.department_id,
        area=device.area,
        command=command,
        parameters=dict(parameters),
        seconds=lasting,
        reason=reason.strip(),
        subject=subject,
        rule=rule,
        drill=drill,
        state=states.ASKED,
        state_at=now,
        asked_at=now,
        asked_by=actor.account,
        asker=actor.name,
        due_at=now + timedelta(seconds=wanted.approve_within_seconds),
        key=key or None,
    )
    try:
        with transaction.atomic(savepoint=bool(key)):
            bulk.insert(asked)
    except IntegrityError:
        if (known := _known(key, device, command)) is not None:
            return known
        raise
    changes.track(asked)
    told = ControlRequested(asked.pk, subject, device.key, command, rule, drill)
    journal.write(told, by=actor, subject=asked.name, reason=asked.reason)
    said = interlocks(device, kind, command, parameters)
    moving.note(asked, actor, "request", words=asked.reason, facts=said.facts, edition=str(kind.valid_from))
    if said.refusing:
        return block(actor, asked, said)
    if actor.kind == "system" and (standing := _standing(asked, wanted)):
        asked.standing = standing
        return pass_on(actor, asked, wanted, words=standing.reason)
    if wanted.approvals == 0:
        return pass_on(actor, asked, wanted)
    todo.open_in_list(actor, asked, wanted.approve_duty)
    return asked


def pass_on(actor: Actor, asked: ControlCommand, wanted: KindOfCommand, *, words: str = "") -> ControlCommand:
    """Let a command be carried out as soon as the clock comes by; not where its device is under another one."""
    now = clock.now()
    device = ControlledDevice.objects.select_for_update(of=("self",)).get(pk=asked.device_id)
    if not asked.drill and ControlCommand.objects.in_hand(device.pk).exists():
        return block(actor, asked, None)
    asked.approved_at = now
    moving.keep(asked, actor, "pass", state=states.APPROVED, due_at=now, words=words, standing=asked.standing_id)
    told = ControlApproved(asked.pk, asked.subject, asked.device.key, asked.standing_id or 0, asked.drill)
    journal.write(told, by=actor, subject=asked.name)
    return asked


def block(actor: Actor, asked: ControlCommand, said: InterlocksSaid | None) -> ControlCommand:
    """Keep a command as stopped, with why. said: what interlocks said; None: its device is under another command."""
    asked.problem = (said.problem if said else recorded(BUSY))[:300]
    keys, facts = (said.keys, said.facts) if said else (["busy"], {})
    moving.keep(asked, actor, "block", state=states.BLOCKED, words=asked.problem, interlocks=keys, facts=facts)
    told = ControlBlocked(asked.pk, asked.subject, asked.device.key, keys, asked.drill)
    journal.write(told, by=actor, subject=asked.name)
    return asked


def _standing(asked: ControlCommand, wanted: KindOfCommand) -> StandingApproval | None:
    """Return what a human approved ahead for the automatic rule that asks."""
    if not asked.rule or not wanted.standing_days:
        return None
    return StandingApproval.objects.in_force(asked.device, asked.command, asked.rule, at=asked.asked_at)


def _known(key: str, device: ControlledDevice, command: str) -> ControlCommand | None:
    known = ControlCommand.objects.asked_with(key)
    if known is not None and (known.device_id, known.command) != (device.pk, command):
        raise ControlKeyUsed()
    return known


def _must_fit(wanted: KindOfCommand, parameters: Mapping[str, Any], device: ControlledDevice) -> None:
    titles = {one.key: one.title for one in wanted.parameters}
    found = rules.faults(wanted, parameters, device.properties)
    if found:
        errors = {
            key: [_now(str(FAULTS[fault])) % {"title": titles.get(key, key), **what}]
            for key, (fault, what) in found.items()
        }
        raise Invalid(errors)
