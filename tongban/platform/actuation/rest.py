"""The door for machines: commands that a key's duties reach, one command, asking for one, releasing one."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from tongban.infrastructure.database.paging import keyset_page, with_readable_cursor
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.ui.api_fields import AFTER, BEFORE, NEXT
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import ControlCommand, ControlledDevice
from tongban.platform.identity import services as identity

router = Router(tags=["actuation"])
UID = Annotated[UUID, Path(description="uid of the command")]


class ControlCommandLine(Schema):
    """A command to a device."""

    uid: UUID = Field(description="name of the command in addresses")
    number: str = Field(description="its number, for people")
    device: str = Field(description="key of the device")
    command: str = Field(description="what the device is told, a key of its kind")
    parameters: dict[str, Any] = Field(description="what is said with it")
    seconds: int = Field(description="how long it is in force at most; 0 for what is done in a moment")
    subject: str = Field(description="what it is about, as kind and number; empty for nothing")
    rule: str = Field(description="name of the automatic rule that asked; empty where a human did")
    drill: bool = Field(description="whether no device hears of it")
    state: str = Field(description="asked, approved, sent, active, releasing, blocked, refused, expired, released, …")
    asked_at: datetime = Field(description="when it was asked for")
    until: datetime | None = Field(description="when the device goes back to its fail-safe state; null before")
    problem: str = Field(description="why it was stopped, or what went wrong; empty for nothing")


class ControlCommandLines(Schema):
    """A page of commands."""

    items: list[ControlCommandLine] = Field(description="the commands, the newest first")
    next: str = Field(description=NEXT)


class ControlCommandFilter(Schema):
    over: bool = Field(False, description="those that are over; left out, those that are open")
    after: str = Field("", description=AFTER)
    before: str = Field("", description=BEFORE)


class ControlCommandAsked(Schema):
    """Something that a device should do."""

    device: str = Field(description="key of the device")
    command: str = Field(description="a key of its kind")
    parameters: dict[str, Any] = Field(default_factory=dict, description="what is said with it, by keys of the kind")
    reason: str = Field(description="why, for the record", max_length=1000)
    subject: str = Field("", description="what it is about, as kind and number", max_length=80)
    seconds: int | None = Field(None, description="how long; null for the longest that the kind allows", ge=0)
    drill: bool = Field(False, description="everything happens but that the device hears of it")
    key: str = Field(description="a name of your own for this command; the same again returns the first", max_length=80)


@router.get(
    "/commands",
    operation_id="actuation_commands",
    response=ControlCommandLines,
    summary="List the commands to devices that the key's duties reach",
)
def commands(request: HttpRequest, narrow: Query[ControlCommandFilter]) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    parts = [
        part.over() if narrow.over else part.open() for part in ControlCommand.objects.with_names().parts_for(actor)
    ]
    order, present = (("-ended_at", "-pk"), ("ended_at",)) if narrow.over else (("-asked_at", "-pk"), ())
    pages = with_readable_cursor(keyset_page(parts, request.GET, order=order, not_null=present, size=50))
    return {"items": [_line(one) for one in pages], "next": pages.next}


@router.get(
    "/commands/{uid}",
    operation_id="actuation_command",
    response=ControlCommandLine,
    summary="Read a command to a device",
)
def command(request: HttpRequest, uid: UID) -> Any:
    found = _found(request, uid)
    actuation.record_opened(actor=request.actor, command=found)  # type: ignore[attr-defined]
    return _line(found)


@router.post(
    "/commands",
    operation_id="actuation_request",
    response=ControlCommandLine,
    summary="Ask for a command to a device",
)
def request_command(request: HttpRequest, asked: ControlCommandAsked) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    said = asked.dict()
    device = ControlledDevice.objects.visible_to(actor).with_key(said.pop("device"))
    if device is None:
        raise NotFound()
    return _line(actuation.request(actor=actor, device=device, **said))


@router.post(
    "/commands/{uid}/release",
    operation_id="actuation_release",
    response=ControlCommandLine,
    summary="Release a device at once, or withdraw what it was not told yet",
)
def release(request: HttpRequest, uid: UID) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    return _line(actuation.release(actor=actor, command=_found(request, uid)))


def _found(request: HttpRequest, uid: UUID) -> ControlCommand:
    actor = request.actor  # type: ignore[attr-defined]
    return identity.get_visible(ControlCommand.objects.with_names(), actor, "control", uid=uid)


def _line(one: ControlCommand) -> dict[str, Any]:
    names = (
        "uid",
        "number",
        "command",
        "parameters",
        "seconds",
        "subject",
        "rule",
        "drill",
        "state",
        "asked_at",
        "until",
        "problem",
    )
    return {"device": one.device.key, **{name: getattr(one, name) for name in names}}
