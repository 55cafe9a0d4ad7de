"""Letting go: a device is released by hand at once, and what was not carried out yet is withdrawn."""

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.actuation.events import ControlWithdrawn
from tongban.platform.actuation.models import ControlCommand
from tongban.platform.actuation.rules import states
from tongban.platform.actuation.services import moving, todo

DUTIES = ("actuation.request", "actuation.approve", "actuation.approve_critical")


@transaction.atomic
def release(*, actor: Actor, command: ControlCommand, words: str = "") -> ControlCommand:
    """Bring a device back to its fail-safe state at once; nobody has to approve that, and twice is once.

    What still waits for approval is withdrawn. Raises NotAllowed, ControlGoneOn.
    """
    held = moving.hold(command)
    if not may_release(actor, held):
        raise NotAllowed(duty=DUTIES[0])
    if held.state == states.RELEASING:
        return held
    if held.state == states.ASKED or (held.state == states.APPROVED and not held.began):
        moving.keep(held, actor, "withdraw", state=states.WITHDRAWN, words=words)
        todo.close_in_list(actor, held)
        told = ControlWithdrawn(held.pk, held.subject, held.device.key)
        journal.write(told, by=actor, subject=held.name, reason=words.strip())
        return held
    moving.must_follow(held, states.RELEASING)
    moving.keep(held, actor, "release", state=states.RELEASING, due_at=clock.now(), words=words)
    return held


def may_release(actor: Actor, command: ControlCommand) -> bool:
    """Say whether somebody may let a device go: whoever may ask for a command there, or approve one."""
    return any(actor.holds(duty, department=command.department_id, area=command.area) for duty in DUTIES)
