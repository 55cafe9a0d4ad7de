"""The door for machines: calls of other call centres, positions and steps of units, CAP of other offices."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import EmergencyUnit
from tongban.infrastructure.kernel import clock
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

router = Router(tags=["emergency"])
KEY = Annotated[str, Path(description="key of the unit, as its terminal is called")]


class CallSent(Schema):
    """A call that another call centre took."""

    department: str = Field(description="key of the command centre that leads", max_length=60)
    kind: str = Field(description="key of a kind of incident: fire, gas-leak, road-accident, …", max_length=40)
    channel: str = Field("119", description="110, 119, 120, 122, 12345 or walk-in", max_length=12)
    words: str = Field(description="what the caller says", max_length=2000)
    address: str = Field("", description="where it is, in words", max_length=200)
    latitude: float | None = Field(None, description="degrees of CGCS2000")
    longitude: float | None = Field(None, description="degrees of CGCS2000")
    caller_name: str = Field("", description="who called", max_length=80)
    caller_phone: str = Field("", description="from which number", max_length=24)
    drill: bool = Field(False, description="an exercise")
    key: str = Field(description="a name of your own for this call; the same again returns the first", max_length=80)


class CallTaken(Schema):
    """What became of a call."""

    uid: UUID = Field(description="name of the call")
    incident: UUID = Field(description="name of its incident")
    number: str = Field(description="number of its incident, for people")


class UnitPosition(Schema):
    """Where a unit is."""

    at: datetime | None = Field(None, description="when it was there, with its zone; now where it is left out")
    latitude: float = Field(description="degrees of CGCS2000")
    longitude: float = Field(description="degrees of CGCS2000")


class UnitStep(Schema):
    """What a unit does."""

    step: str = Field(description="set_out, arrive, leave, release, stand_down or report_ready", max_length=20)


class UnitTold(Schema):
    """How a unit stands."""

    key: str = Field(description="key of the unit")
    state: str = Field(description="available, dispatched, en_route, on_scene, returning or off")
    incident: str = Field(description="number of the incident it is sent to; empty where it is free")
    latitude: float = Field(description="degrees of CGCS2000")
    longitude: float = Field(description="degrees of CGCS2000")


class WarningTaken(Schema):
    """A message that was taken in."""

    identifier: str = Field(description="its identifier")
    sender: str = Field(description="its sender")
    message: str = Field(description="Alert, Update or Cancel")


@router.post(
    "/calls",
    operation_id="emergency_call",
    response={201: CallTaken},
    summary="Take a call of another call centre; answered when it cannot be lost any more",
)
def call(request: HttpRequest, sent: CallSent) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    said = sent.dict()
    department = _department(actor, said.pop("department"))
    taken = emergency.take_call(actor=actor, department=department, report=emergency.EmergencyReport(**said))
    return 201, {"uid": taken.uid, "incident": taken.incident.uid, "number": taken.incident.number}


@router.post(
    "/units/{key}/positions", operation_id="emergency_position", response=UnitTold, summary="Say where a unit is"
)
def position(request: HttpRequest, key: KEY, sent: UnitPosition) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    found = _unit(actor, key)
    at = sent.at or clock.now()
    moved = emergency.record_position(actor=actor, unit=found, at=at, latitude=sent.latitude, longitude=sent.longitude)
    return _told(moved)


@router.post("/units/{key}/steps", operation_id="emergency_step", response=UnitTold, summary="Say what a unit does")
def step(request: HttpRequest, key: KEY, sent: UnitStep) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    return _told(emergency.move_unit(actor=actor, unit=_unit(actor, key), step=sent.step))


@router.post(
    "/cap",
    operation_id="emergency_cap",
    response={201: WarningTaken},
    summary="Send a warning as CAP 1.2; entities are refused, references checked",
)
def cap(request: HttpRequest, department: Annotated[str, Query(description="key of the centre that it is for")]) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    taken = emergency.receive_cap(actor=actor, department=_department(actor, department), body=request.body)
    return 201, {"identifier": taken.identifier, "sender": taken.sender, "message": taken.message}


def _department(actor: Any, key: str) -> Department:
    try:
        return Department.objects.get(key=key)
    except Department.DoesNotExist as error:
        raise identity.not_found(actor, "department", key) from error


def _unit(actor: Any, key: str) -> EmergencyUnit:
    return identity.get_visible(EmergencyUnit.objects.with_names(), actor, "emergency-unit", key=key)


def _told(unit: EmergencyUnit) -> dict[str, Any]:
    return {
        "key": unit.key,
        "state": unit.state,
        "incident": unit.incident.number if unit.incident else "",
        "latitude": unit.latitude,
        "longitude": unit.longitude,
    }
