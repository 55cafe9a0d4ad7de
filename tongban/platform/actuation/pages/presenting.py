"""What pages say of commands and devices."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from tongban.infrastructure.database.paging import Page
from tongban.infrastructure.kernel import clock, subjects
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.ui.templatetags.ui import moment
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import ControlCommand, ControlledDevice, ControlStep, StandingApproval
from tongban.platform.actuation.rules import kinds as rules
from tongban.platform.actuation.rules import states
from tongban.platform.actuation.rules.kinds import KindOfDevice

COLOURS = {
    states.ASKED: "yellow",
    states.APPROVED: "yellow",
    states.SENT: "yellow",
    states.ACTIVE: "red",
    states.RELEASING: "yellow",
    states.BLOCKED: "grey",
    states.REFUSED: "grey",
    states.WITHDRAWN: "grey",
    states.EXPIRED: "grey",
    states.FAILED: "red",
    states.RELEASED: "green",
    states.DONE: "green",
}
STEPS = {
    "request": pgettext_lazy("control", "Asked for"),
    "approve": pgettext_lazy("control", "Approved"),
    "pass": pgettext_lazy("control", "Passed on to the device"),
    "refuse": pgettext_lazy("control", "Not approved"),
    "withdraw": pgettext_lazy("control", "Withdrawn"),
    "lapse": pgettext_lazy("control", "Lapsed"),
    "block": pgettext_lazy("control", "Stopped by an interlock"),
    "send": pgettext_lazy("control", "Taken by the device"),
    "confirm": pgettext_lazy("control", "Confirmed by the device"),
    "release": pgettext_lazy("control", "To be released"),
    "overdue": pgettext_lazy("control", "The device does not confirm its release; somebody has to go and look"),
    "end": pgettext_lazy("control", "Released: the device is in its fail-safe state"),
    "fail": pgettext_lazy("control", "Failed"),
}
BUTTONS = {
    "approve": pgettext_lazy("control", "Approve"),
    "refuse": pgettext_lazy("control", "Do not approve"),
    "release": pgettext_lazy("control", "Release at once"),
}
DONE = {
    "approve": gettext_lazy("Your decision about the command was recorded."),
    "refuse": gettext_lazy("The command was not approved."),
    "release": gettext_lazy("The command was withdrawn, or its device is being released."),
}
ASKED = {
    states.ASKED: gettext_lazy("The command waits for another person to approve it."),
    states.APPROVED: gettext_lazy("The command is being sent to the device."),
}


class ControlLine(NamedTuple):
    """What a list says of a command."""

    command: ControlCommand
    title: str
    colour: str


class DeviceLine(NamedTuple):
    """What a list says of a device."""

    device: ControlledDevice
    kind: str
    state: str


class InterlockLine(NamedTuple):
    """What an interlock says now. holds: None where it depends on what is asked for."""

    title: str
    sentence: str
    holds: bool | None


class ControlHistoryEntry(NamedTuple):
    """A step, as `ui/timeline.html` takes it."""

    title: str
    at: Any
    who: str
    text: str
    state: str = "done"


class StandingLine(NamedTuple):
    """What a page says of an approval ahead."""

    approval: StandingApproval
    title: str
    in_force: bool


def lines(commands: Iterable[ControlCommand]) -> list[ControlLine]:
    kinds = actuation.kinds()
    return [ControlLine(one, _titled(one, kinds.get(one.device.kind)), COLOURS[one.state]) for one in commands]


def device_lines(pages: Page[ControlledDevice]) -> Page[DeviceLine]:
    kinds = actuation.kinds()
    rows = [
        DeviceLine(one, kind_title(one, kinds.get(one.kind)), written(one.state) if one.state_at else "")
        for one in pages.rows
    ]
    return Page(rows, pages.next, pages.previous, pages.unread)


def title_of(command: ControlCommand) -> str:
    return _titled(command, actuation.kinds().get(command.device.kind))


def kind_title(device: ControlledDevice, kind: KindOfDevice | None) -> str:
    return worded(kind.title, kind.english) if kind else device.kind


def facts(command: ControlCommand) -> list[tuple[str, Any]]:
    """Return what a command says, a line each."""
    kind = actuation.kinds().get(command.device.kind)
    wanted = kind.command(command.command) if kind else None
    titles = {one.key: worded(one.title, one.english) for one in wanted.parameters} if wanted else {}
    about = subjects.describe([command.subject]).get(command.subject, "") if command.subject else ""
    rows = [
        (pgettext("control", "Device"), command.device.name),
        (pgettext("control", "Department"), command.department.title),
        *((titles.get(name, name), plain(value)) for name, value in command.parameters.items()),
        (pgettext("control", "For at most"), lasting(command.seconds)),
        (pgettext("control", "Reason"), command.reason),
        (pgettext("control", "About"), about or command.subject),
        (pgettext("control", "Asked for by"), command.asker),
        (_("Automatic rule"), command.rule),
        (pgettext("control", "Approved ahead by"), command.standing.approver if command.standing else ""),
        (pgettext("control", "Decide by"), moment(command.due_at) if command.state == states.ASKED else ""),
        (pgettext("control", "In force until"), moment(command.until)),
        (pgettext("control", "What went wrong"), command.problem),
    ]
    return [(label, value) for label, value in rows if value]


def device_facts(device: ControlledDevice, kind: KindOfDevice | None) -> list[tuple[str, Any]]:
    rows = [
        (pgettext("device", "Key"), device.key),
        (pgettext("device", "Kind"), kind_title(device, kind)),
        (pgettext("device", "Belongs to"), device.thing.name),
        (pgettext("device", "Department"), device.department.title),
        (_("Fail-safe state"), worded(kind.safe_title, kind.safe_english) if kind else ""),
        (_("Last reported"), f"{written(device.state)} · {moment(device.state_at)}" if device.state_at else ""),
        (_("Rules from"), f"{kind.valid_from} · {kind.source}" if kind else ""),
    ]
    return [(label, value) for label, value in rows if value]


def interlocks_now(device: ControlledDevice, kind: KindOfDevice, command: str = "") -> list[InterlockLine]:
    """Return what the interlocks of a device, or of one of its commands, say now."""
    facts = rules.facts_of(
        kind.inputs,
        actuation.latest_values(device, clock.now()),
        device=device.properties,
        state=device.state,
        parameters={},
    )
    shown = kind.interlocks_of(command) if command else kind.interlocks
    return [
        InterlockLine(
            _commands_of(kind, one.commands),
            worded(one.refusal, one.english),
            None if "parameters" in one.when else rules.holds(one.when, facts),
        )
        for one in shown
    ]


def history(steps: Iterable[ControlStep]) -> list[ControlHistoryEntry]:
    """Return the steps of a command in words."""
    return [_entry(step) for step in steps]


def buttons(actor: Actor, command: ControlCommand) -> list[tuple[str, Any]]:
    """Return what the actor may do with a command now: move and word."""
    found: list[tuple[str, Any]] = []
    if actuation.may_approve(actor, command):
        found += [("approve", BUTTONS["approve"]), ("refuse", BUTTONS["refuse"])]
    goes_on = command.state in (states.ASKED, states.APPROVED, states.SENT, states.ACTIVE)
    if goes_on and actuation.may_release(actor, command):
        waits = command.state == states.ASKED
        found.append(("release", pgettext("control", "Withdraw") if waits else BUTTONS["release"]))
    return found


def standing_line(approval: StandingApproval, kind: KindOfDevice | None) -> StandingLine:
    wanted = kind.command(approval.command) if kind else None
    now = clock.now()
    in_force = approval.ended_at is None and approval.valid_from <= now < approval.expires_at
    return StandingLine(approval, worded(wanted.title, wanted.english) if wanted else approval.command, in_force)


def lasting(seconds: int) -> str:
    """Return a time in words; "" for what is done in a moment."""
    if not seconds:
        return ""
    if seconds % 60:
        return ngettext("%(number)s second", "%(number)s seconds", seconds) % {"number": seconds}
    return ngettext("%(number)s minute", "%(number)s minutes", seconds // 60) % {"number": seconds // 60}


def written(state: Any) -> str:
    """Return what a device reported, as it said it."""
    return ", ".join(f"{name}: {plain(value)}" for name, value in state.items() if value != "")


def plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _titled(command: ControlCommand, kind: KindOfDevice | None) -> str:
    wanted = kind.command(command.command) if kind else None
    return worded(wanted.title, wanted.english) if wanted else command.command


def _commands_of(kind: KindOfDevice, keys: Iterable[str]) -> str:
    found = [kind.command(key) for key in keys]
    return ", ".join(worded(one.title, one.english) for one in found if one)


def _entry(step: ControlStep) -> ControlHistoryEntry:
    said = [step.words] if step.words else []
    if reported := step.details.get("reported"):
        said.append(_("The device reports: %(state)s") % {"state": written(reported)})
    return ControlHistoryEntry(str(STEPS[step.move]), step.at, step.actor, "\n".join(said))
