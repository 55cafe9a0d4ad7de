"""What every step of a command has in common: hold it, keep it, let the to-do list follow."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk, changes
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.actuation.models import ControlCommand, ControlStep
from tongban.platform.actuation.models.commands import NEVER
from tongban.platform.actuation.rules import states


class ControlGoneOn(Conflict):
    message = _("Command %(number)s is “%(state)s” by now, so this can no longer be done. Reload the page.")


class ControlChanged(Conflict):
    message = _("Someone else changed command %(number)s in the meantime. Reload the page and look at it again.")


class ControlWordsMissing(Refusal):
    status, field = 422, "words"
    message = _("Write a few words about it; they stay with the command.")


def hold(command: ControlCommand, *, version: int | None = None) -> ControlCommand:
    """Hold a command for a step. Raises ControlChanged."""
    held = ControlCommand.objects.locked(command.pk)
    if version is not None and version != held.version:
        raise ControlChanged(number=held.number)
    return held


def must_follow(command: ControlCommand, after: str) -> None:
    """Raises ControlGoneOn unless the command may come into this state."""
    if not states.may_follow(command.state, after):
        raise ControlGoneOn(number=command.number, state=command.get_state_display())


def keep(
    command: ControlCommand,
    actor: Actor,
    move: str,
    *,
    state: str,
    due_at: datetime | None = None,
    words: str = "",
    **details: Any,
) -> None:
    """Keep a step and what it changed in the command.

    due_at   when the clock looks at it next; nothing of what is over falls due
    """
    now = clock.now()
    if command.state != state:
        command.state_at = now
    command.state, command.due_at = state, due_at or NEVER
    if state in states.OVER:
        command.ended_at, command.due_at = now, NEVER
    command.tries += 1  # whatever was begun before this counts no more
    command.version += 1
    changes.write(command)
    note(command, actor, move, words=words, **details)


def note(command: ControlCommand, actor: Actor, move: str, *, words: str = "", **details: Any) -> None:
    """Keep a step that changes nothing in the command."""
    step = ControlStep(
        command=command,
        move=move,
        state=command.state,
        at=clock.now(),
        account=actor.account,
        actor=actor.name,
        words=words.strip(),
        details=details,
    )
    bulk.insert(step)
