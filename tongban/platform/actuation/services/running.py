"""The clock of commands: they lapse, are sent, are asked what came of them, and are released, whatever else happens.

Each look takes one command with a lease that other processes see, speaks to the device without holding the database,
and keeps what came of it only if nobody else took the command up meanwhile. A process that is killed leaves the lease,
and the next look does the same again: the device knows an order by its key, so that it is carried out once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.actuation import ports
from tongban.platform.actuation.events import (
    ControlFailed,
    ControlLapsed,
    ControlReleased,
    ControlReleaseOverdue,
    ControlTookEffect,
)
from tongban.platform.actuation.models import ControlCommand, ControlledDevice
from tongban.platform.actuation.ports import ControlOrder, DeviceReport, DriverRefused, DriverSilent
from tongban.platform.actuation.rules import kinds as rules
from tongban.platform.actuation.rules import states
from tongban.platform.actuation.services import moving, todo
from tongban.platform.actuation.services.kinds import interlocks, terms_of
from tongban.platform.actuation.services.requesting import block

log = structlog.get_logger(__name__)

POLL_SECONDS = 1  # how often a device is asked what came of it
LATE_POLL_SECONDS = 30  # how often, once it should long have answered

NO_ANSWER = _("The device did not answer in time; it is brought back to its fail-safe state.")
NO_EFFECT = _("The device did not confirm the command in time; it is brought back to its fail-safe state.")
NO_DRIVER = _("Nothing here speaks to this device.")


@dataclass
class TakenCommand:
    """A command that the clock took up. tries: by which it is known that nobody else did since."""

    command: ControlCommand
    tries: int


def look_at_due(*, limit: int = 50) -> int:
    """Do what is due, one command after another; return how much was looked at."""
    seen = 0
    while seen < limit and (taken := _take_up()) is not None:
        seen += 1
        try:
            WORK[taken.command.state](taken)
        except Exception:  # the lease ends, and it is tried again
            log.exception("command was not looked at", command=taken.command.pk)
    return seen


@transaction.atomic
def _take_up() -> TakenCommand | None:
    """Take the command that is due longest, for so long that its device can answer."""
    now = clock.now()
    found = ControlCommand.objects.due(at=now).select_for_update(skip_locked=True, of=("self",)).first()
    if found is None:
        return None
    command = ControlCommand.objects.with_names().get(pk=found.pk)
    command.tries += 1
    command.due_at = now + timedelta(seconds=2 * settings.ACTUATION_TIMEOUT_SECONDS + 5)
    command.save(update_fields=["tries", "due_at"])
    return TakenCommand(command, command.tries)


def _held(taken: TakenCommand) -> ControlCommand | None:
    """Hold the command again; None where somebody else took it up meanwhile, and this look counts no more."""
    held = ControlCommand.objects.locked(taken.command.pk)
    return held if (held.tries, held.state) == (taken.tries, taken.command.state) else None


@transaction.atomic
def _lapse(taken: TakenCommand) -> None:
    """Nobody approved it in time."""
    if (held := _held(taken)) is not None:
        _lapsed(held)


def _lapsed(held: ControlCommand) -> None:
    moving.keep(held, SYSTEM, "lapse", state=states.EXPIRED)
    todo.close_in_list(SYSTEM, held)
    journal.write(ControlLapsed(held.pk, held.subject, held.device.key), by=SYSTEM, subject=held.name)


def _send(taken: TakenCommand) -> None:
    """Tell the device, unless its moment is over or an interlock holds it back by now."""
    if (order := _may_begin(taken)) is None:
        return
    problem = refused = ""
    try:
        if not taken.command.drill:
            _driver(taken.command).execute(order)
    except DriverRefused as no:
        refused = str(no) or "-"
    except DriverSilent as silent:
        problem = str(silent)
    _sent(taken, problem=problem, refused=refused)


@transaction.atomic
def _may_begin(taken: TakenCommand) -> ControlOrder | None:
    """Judge once more whether the device may hear of it, and write down that it may have, before it does."""
    held = _held(taken)
    if held is None:
        return None
    kind, wanted = terms_of(held)
    now, approved = clock.now(), held.approved_at or held.asked_at
    if now > approved + timedelta(seconds=wanted.execute_within_seconds):
        # It may be too late by now, or nobody knows whether the device heard of it: that one is released.
        if held.began:
            _release_for(held, recorded(NO_ANSWER))
        else:
            _lapsed(held)
        return None
    if held.began:
        return _order(held)
    said = interlocks(held.device, kind, held.command, held.parameters)
    if said.refusing:
        block(SYSTEM, held, said)
        return None
    held.began = not held.drill
    held.until = now + timedelta(seconds=held.seconds) if held.seconds else None
    held.save(update_fields=["began", "until"])
    return _order(held)


@transaction.atomic
def _sent(taken: TakenCommand, *, problem: str, refused: str) -> None:
    held = _held(taken)
    if held is None:
        return
    now = clock.now()
    if refused:
        held.problem = refused[:300]
        _fail(held)
    elif problem:
        held.due_at = now + timedelta(seconds=POLL_SECONDS)
        held.save(update_fields=["due_at"])
        log.warning("device silent", command=held.pk, device=held.device.key, why=problem)
    else:
        moving.keep(held, SYSTEM, "send", state=states.SENT, due_at=now + timedelta(seconds=0 if held.drill else 0.2))


def _confirm(taken: TakenCommand) -> None:
    """Ask the device whether it is so."""
    _confirmed(taken, _reported(taken.command))


@transaction.atomic
def _confirmed(taken: TakenCommand, report: DeviceReport | None) -> None:
    held = _held(taken)
    if held is None:
        return
    now = clock.now()
    _kind, wanted = terms_of(held)
    _remember(held, report)
    facts = {"device": held.device.properties, "parameters": held.parameters, "state": report.state if report else {}}
    heard = report is not None and report.order == str(held.uid) and rules.holds(wanted.feedback, facts)
    if heard or held.drill:
        state = states.ACTIVE if held.seconds else states.DONE
        moving.keep(held, SYSTEM, "confirm", state=state, due_at=held.until, reported=facts["state"])
        until = held.until.isoformat() if held.until else ""
        told = ControlTookEffect(held.pk, held.subject, held.device.key, until, held.drill)
        journal.write(told, by=SYSTEM, subject=held.name)
    elif now > held.state_at + timedelta(seconds=wanted.feedback_seconds):
        _release_for(held, recorded(NO_EFFECT))
    else:
        held.due_at = now + timedelta(seconds=POLL_SECONDS)
        held.save(update_fields=["due_at"])


@transaction.atomic
def _time_is_over(taken: TakenCommand) -> None:
    held = _held(taken)
    if held is not None:
        moving.keep(held, SYSTEM, "release", state=states.RELEASING, due_at=clock.now())


def _release(taken: TakenCommand) -> None:
    """Tell the device to let go, and ask whether it has."""
    report = None
    if not taken.command.drill:
        try:
            _driver(taken.command).release(_order(taken.command))
            report = _reported(taken.command)
        except (DriverSilent, DriverRefused) as silent:
            log.warning("device silent", command=taken.command.pk, device=taken.command.device.key, why=str(silent))
    _released(taken, report)


@transaction.atomic
def _released(taken: TakenCommand, report: DeviceReport | None) -> None:
    held = _held(taken)
    if held is None:
        return
    now = clock.now()
    kind, wanted = terms_of(held)
    _remember(held, report)
    facts = {"device": held.device.properties, "parameters": held.parameters, "state": report.state if report else {}}
    left = report is not None and report.order != str(held.uid) and rules.holds(kind.safe, facts)
    if left or held.drill:
        if held.problem:
            _fail(held, reported=facts["state"])
            return
        by_hand = bool(held.until and now < held.until)
        moving.keep(held, SYSTEM, "end", state=states.RELEASED, reported=facts["state"])
        told = ControlReleased(held.pk, held.subject, held.device.key, by_hand, held.drill)
        journal.write(told, by=SYSTEM, subject=held.name)
        return
    late = now > held.state_at + timedelta(seconds=wanted.feedback_seconds)
    if late and not held.steps.filter(move="overdue").exists():
        moving.note(held, SYSTEM, "overdue")
        told_late = ControlReleaseOverdue(held.pk, held.subject, held.device.key)
        journal.write(told_late, by=SYSTEM, subject=held.name)
    held.due_at = now + timedelta(seconds=LATE_POLL_SECONDS if late else POLL_SECONDS)
    held.save(update_fields=["due_at"])


def _release_for(held: ControlCommand, problem: str) -> None:
    """Bring a device back to its fail-safe state of which nobody knows what it did."""
    held.problem = problem[:300]
    moving.keep(held, SYSTEM, "release", state=states.RELEASING, due_at=clock.now(), words=held.problem)


def _fail(held: ControlCommand, *, reported: Mapping[str, Any] | None = None) -> None:
    moving.keep(held, SYSTEM, "fail", state=states.FAILED, words=held.problem, reported=dict(reported or {}))
    told = ControlFailed(held.pk, held.subject, held.device.key, held.problem)
    journal.write(told, by=SYSTEM, subject=held.name)


def _reported(command: ControlCommand) -> DeviceReport | None:
    """Return what the device says of itself; None where it says nothing, or is not asked."""
    if command.drill:
        return None
    try:
        return _driver(command).report(_order(command))
    except (DriverSilent, DriverRefused) as silent:
        log.warning("device silent", command=command.pk, device=command.device.key, why=str(silent))
        return None


def _remember(held: ControlCommand, report: DeviceReport | None) -> None:
    """Keep what a device said last, for interlocks and for whoever looks at it."""
    if report is not None:
        ControlledDevice.objects.filter(pk=held.device_id).update(state=dict(report.state), state_at=clock.now())


def _driver(command: ControlCommand) -> ports.ActuatorDriver:
    driver = ports.DRIVERS.get(command.device.driver)
    if driver is None:
        raise DriverSilent(str(recorded(NO_DRIVER)))
    return driver


def _order(command: ControlCommand) -> ControlOrder:
    until: datetime | None = command.until
    return ControlOrder(str(command.uid), command.device.address, command.command, command.parameters, until)


WORK: dict[str, Callable[[TakenCommand], None]] = {
    states.ASKED: _lapse,
    states.APPROVED: _send,
    states.SENT: _confirm,
    states.ACTIVE: _time_is_over,
    states.RELEASING: _release,
}
