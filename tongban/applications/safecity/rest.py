"""The door for machines: alarms of approved systems outside, positions of approved devices.

Neither takes a picture, a face, a plate or a name: there is no field for one, and unknown fields are refused.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from tongban.applications.safecity import services as safecity

router = Router(tags=["safecity"])


class OutsideAlarmIn(Schema):
    """An alarm of a system outside, in words."""

    model_config = ConfigDict(extra="forbid")

    source: UUID = Field(description="which approved source sends it")
    key: str = Field(description="the sender's own number of this alarm; the same again changes nothing", max_length=60)
    title: str = Field(description="in a few words what happened", max_length=200)
    words: str = Field("", description="what else people need to know to look at it", max_length=1000)
    at: datetime = Field(description="when it happened, with its zone")
    level: int = Field(2, description="1 the gravest to 4", ge=1, le=4)
    latitude: float | None = Field(None, description="where, WGS 84", ge=-90, le=90)
    longitude: float | None = Field(None, description="where, WGS 84", ge=-180, le=180)


class OutsideAlarmOut(Schema):
    """What became of it so far."""

    uid: UUID = Field(description="number of the alarm here, random")
    state: str = Field(description="waiting until two people have confirmed it")


class PositionIn(Schema):
    """Where an approved device is."""

    model_config = ConfigDict(extra="forbid")

    device: str = Field(description="number of the device of an order in force", max_length=40)
    at: datetime = Field(description="when it was there, with its zone")
    latitude: float = Field(description="WGS 84", ge=-90, le=90)
    longitude: float = Field(description="WGS 84", ge=-180, le=180)


class PositionOut(Schema):
    """That it is kept."""

    kept: bool = Field(description="true; a position outside the term of an order is refused")


@router.post(
    "/alarms",
    operation_id="safecity_send_alarm",
    response=OutsideAlarmOut,
    summary="Send an alarm as an approved system outside; two people look at it before anybody is sent",
)
def send_alarm(request: HttpRequest, alarm: OutsideAlarmIn) -> dict[str, Any]:
    given = alarm.dict()
    source = str(given.pop("source"))
    found = safecity.take_outside_alarm(
        actor=request.actor,  # type: ignore[attr-defined]
        source=source,
        alarm=safecity.OutsideAlarm(**given),
    )
    return {"uid": found.uid, "state": found.state}


@router.post(
    "/positions",
    operation_id="safecity_send_position",
    response=PositionOut,
    summary="Send where an approved device of an order in force is",
)
def send_position(request: HttpRequest, position: PositionIn) -> dict[str, Any]:
    safecity.take_position(actor=request.actor, **position.dict())  # type: ignore[attr-defined]
    return {"kept": True}
