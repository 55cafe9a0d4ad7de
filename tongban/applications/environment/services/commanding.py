"""Telling data loggers what to do (反控), and hearing what became of it."""

from collections.abc import Container, Mapping
from datetime import timedelta
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.environment.events import DeviceCommandAsked, DeviceCommandEnded
from tongban.applications.environment.models import DeviceCommand, MonitoringPoint
from tongban.applications.environment.rules import packets
from tongban.applications.environment.rules.packets import Packet
from tongban.applications.environment.services import tables
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal

CONTROL = "environment.control"
TAKEN, NO_DATA = 1, 100
NEW_PASSWORD = "1072"  # noqa: S105 (the code of a command)
FAULTS = {
    "missing": gettext_lazy("Say what %(name)s should be."),
    "wrong": gettext_lazy("%(name)s is not what the standard allows."),
    "unknown": gettext_lazy("This command has no %(name)s."),
}


class UnknownCommand(Refusal):
    status = 422
    message = gettext_lazy("Nobody tells a data logger %(cn)s: HJ 212 has no such command of the centre.")


@transaction.atomic
def ask(*, actor: Actor, point: MonitoringPoint, cn: str, parameters: Mapping[str, str], reason: str) -> DeviceCommand:
    """Ask a data logger for something; the gateway sends it as soon as the logger is there.

    reason   why, for the record
    Raises NotAllowed, UnknownCommand, Invalid.
    """
    actor.must_hold(CONTROL, department=point.department_id, area=point.area)
    command = tables.dialects().commands.get(cn)
    if command is None or command.sent_by == "device" or command.course == "answer":
        raise UnknownCommand(cn=cn)
    given = {name: value.strip() for name, value in parameters.items() if value.strip()}
    if faults := command.faults(given):
        raise Invalid({name: [FAULTS[fault] % {"name": name}] for name, fault in faults.items()})
    if not reason.strip():
        raise Invalid({"reason": [_("Say why.")]})
    now = at = clock.now()
    while DeviceCommand.objects.filter(point=point, qn=packets.request_number(at)).exists():
        at += timedelta(milliseconds=1)
    asked = DeviceCommand.objects.create(
        point=point,
        cn=cn,
        parameters=cast("Any", given),
        qn=packets.request_number(at),
        reason=reason.strip(),
        asker=actor.name,
        asked_at=now,
    )
    journal.write(
        DeviceCommandAsked(asked.pk, point.pk, cn),
        by=actor,
        subject=f"monitoringpoint:{point.pk}",
        reason=asked.reason,
    )
    return asked


@transaction.atomic
def take_to_send(*, numbers: Container[str]) -> list[tuple[str, bytes]]:
    """Return what the loggers that are connected have to be told now, MN and frame, and note that it was sent."""
    dialects, now = tables.dialects(), clock.now()
    before = now - timedelta(seconds=dialects.answer_seconds)
    found = []
    for command in DeviceCommand.objects.to_send(repeat_before=before).select_for_update(of=("self",)):
        if command.point.mn not in numbers:
            continue
        if command.tries > dialects.repeats:
            _end(command, DeviceCommand.State.SILENT)
            continue
        command.state, command.tries, command.sent_at = DeviceCommand.State.SENT, command.tries + 1, now
        command.save()
        point = command.point
        said = packets.request(
            qn=command.qn, st=point.st, cn=command.cn, pw=point.password, mn=point.mn, parameters=command.parameters
        )
        found += [(point.mn, frame) for frame in packets.sent(said)]
    return found


@transaction.atomic
def take_answer(*, point: MonitoringPoint, packet: Packet) -> DeviceCommand | None:
    """Hear what a logger says to a command; None where nobody asked. What ended stays ended."""
    command = DeviceCommand.objects.select_for_update(of=("self",)).filter(point=point, qn=packet.qn).first()
    if command is None or command.state not in DeviceCommand.OPEN:
        return None
    command.answered_at = clock.now()
    code = packets.number_of(packet.parameters.get("QnRtn" if packet.cn == "9011" else "ExeRtn", ""))
    if packet.cn == "9011":
        command.answer = int(code or 0)
        if command.answer != TAKEN:
            return _end(command, DeviceCommand.State.REFUSED)
        command.state = DeviceCommand.State.ACCEPTED
    elif packet.cn == "9012":
        command.result = int(code or 0)
        done = command.result in {TAKEN, NO_DATA}
        return _end(command, DeviceCommand.State.DONE if done else DeviceCommand.State.FAILED)
    elif packet.cn == "9013":
        return _end(command, DeviceCommand.State.DONE)
    elif packet.cn == command.cn:
        command.said = packet.parameters
    command.save()
    return command


@transaction.atomic
def expire() -> int:
    """Give up commands to loggers that were not there for an hour. Returns how many."""
    old = DeviceCommand.objects.open().filter(asked_at__lt=clock.now() - timedelta(hours=1))
    for command in old:
        _end(command, DeviceCommand.State.SILENT)
    return len(old)


def _end(command: DeviceCommand, state: DeviceCommand.State) -> DeviceCommand:
    command.state = state
    command.save()
    if command.cn == NEW_PASSWORD and state == DeviceCommand.State.DONE:
        point = MonitoringPoint.objects.select_for_update(of=("self",)).get(pk=command.point_id)
        point.password = command.parameters["NewPW"]
        point.save()
    told = DeviceCommandEnded(command.pk, str(state))
    journal.write(told, by=SYSTEM, subject=f"monitoringpoint:{command.point_id}")
    return command
