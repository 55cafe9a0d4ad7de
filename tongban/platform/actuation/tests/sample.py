"""What the laws need to know of remote control."""

from typing import Any

from tests.copies import copies, earlier
from tests.sample_city import AREAS, SampleCity
from tests.samples import Call, Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.ids import token
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import (
    ControlCommand,
    ControlledDevice,
    ControlSource,
    ControlStep,
    StandingApproval,
)
from tongban.platform.actuation.models.devices import DUTIES
from tongban.platform.actuation.rules import states
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Thing

APPROVE = ("actuation.approve", "actuation.approve_critical")
PATTERN, DEVICE = r"/actuation/([0-9a-f-]{36})/", r"/actuation/devices/([0-9a-f-]{36})/"
STATES = ("", *states.OPEN, "over")


def make(city: SampleCity) -> None:
    """A pump of one office with water to pump: a command that waits, one that is over, and an approval ahead."""
    office = Department.objects.get(key="market-regulation")
    thing = sensing.register_thing(actor=SYSTEM, key="sample-pump", name="泵站", department=office, area="990102")
    measured = sensing.define_property(actor=SYSTEM, key="sample-level", name="水深")
    stream = sensing.open_stream(actor=SYSTEM, key="sample-pump/level", thing=thing, observed_property=measured)
    sensing.observe(actor=SYSTEM, stream=stream, at=clock.now(), value=30.0)
    device = actuation.register_device(
        actor=SYSTEM,
        key="sample-pump",
        name="排涝泵",
        thing=thing,
        kind="drain-pump",
        driver="tasking",
        address={"capability": 2, "actuator": 2},
        sources={"level": [stream]},
    )
    said: dict[str, Any] = {"device": device, "command": "run", "parameters": {"speed": 60}, "reason": "积水上涨"}
    asked = actuation.request(actor=SYSTEM, **said)
    over = actuation.release(actor=SYSTEM, command=actuation.request(actor=SYSTEM, **said))
    now = clock.now()
    standing = StandingApproval.objects.create(
        device=device,
        command="run",
        rule="flooded",
        reason="夜间",
        approved_by=city.official.pk,
        approver=city.official.name,
        granted_at=now,
        valid_from=now,
        expires_at=now.replace(year=now.year + 1),
    )
    city.name(
        controlled_device=device.uid, control_asked=asked.uid, control_over=over.uid, standing_approval=standing.uid
    )


def many(city: SampleCity, number: int) -> None:
    """Spread devices and commands of every state over areas, for this office and another."""
    offices = [Department.objects.get(key=key).pk for key in ("market-regulation", "health")]
    device, now = ControlledDevice.objects.get(uid=city.ids["controlled_device"]), clock.now()
    asked = ControlCommand.objects.get(uid=city.ids["control_asked"])
    places: dict[str, Any] = {"area": lambda n: AREAS[n % 3], "department_id": lambda n: offices[n // 3 % 2]}
    things = copies(Thing.objects.get(key="sample-pump"), number, **places)
    called = {"name": lambda n: f"{device.name}{n:04}"}
    made = copies(device, number, address={}, thing_id=lambda n: things[n].pk, **called, **places)
    copies(ControlSource.objects.first(), number, device_id=lambda n: made[n].pk)
    commands: list[Any] = []
    for state in states.STATES:
        over = {"ended_at": earlier(now)} if state in states.OVER else {}
        commands += copies(
            asked,
            number // 4,
            state=state,
            number=lambda _n: f"KZ2026-{token(10)}",
            device_id=lambda n: made[n].pk,
            drill=lambda n, state=state: state in states.IN_HAND[1:] or n % 2 == 1,
            asked_at=earlier(now),
            reason="",
            area=lambda n: made[n].area,
            department_id=lambda n: made[n].department_id,
            **over,
        )
    step = ControlStep.objects.filter(command=asked).first()
    copies(step, len(commands), words="", command_id=lambda n: commands[n].pk)
    standing = StandingApproval.objects.get(uid=city.ids["standing_approval"])
    copies(standing, number // 2, device_id=lambda n: made[n].pk)
    copies(standing, number // 2, device_id=device.pk)


def reaches(actor: Actor, row: Any) -> bool:
    return any(grant.duty in DUTIES and grant.covers(row.department_id, row.area) for grant in actor.grants)


def reaches_device(actor: Actor, row: Any) -> bool:
    return reaches(actor, row.device)


def only(state: str) -> Any:
    wanted = states.OVER if state == "over" else (state,) if state else states.OPEN
    return lambda rows, reader: rows.filter(state__in=wanted)


sample = Sample(
    make=make,
    many=many,
    office={
        "desk/actuation/devices/<uuid:uid>/": "controlled_device",
        "desk/actuation/devices/<uuid:uid>/<slug:command>/": "controlled_device run",
        "desk/actuation/devices/<uuid:uid>/standing/<slug:command>/": "controlled_device run",
        "desk/actuation/standing/<uuid:uid>/end/": "standing_approval",
        "desk/actuation/<uuid:uid>/": "control_asked",
        "desk/actuation/<uuid:uid>/<slug:move>/": "control_asked approve",
    },
    calls={
        "GET /api/v1/actuation/commands/<uid>": Call("control_asked"),
        "POST /api/v1/actuation/commands/<uid>/release": Call("control_asked", body={}),
    },
    lists={
        "official": lambda city: [
            *(f"/desk/actuation/?state={state}" for state in STATES if state),
            f"/desk/actuation/?q={ControlCommand.objects.get(uid=city.ids['control_asked']).number}",
            "/desk/actuation/devices/?q=排",
        ],
        "system": lambda city: ["/api/v1/actuation/commands?over=true"],
    },
    shown=(
        Shown(
            ControlCommand,
            duties=DUTIES,
            spread=(ControlCommand,),
            reaches=reaches,
            doors=(
                *(
                    Door("official", (f"/desk/actuation/?state={state}",), PATTERN, only=only(state), duties=DUTIES)
                    for state in STATES
                ),
                Door("official", ("/desk/actuation/{}/",)),
                Door("system", ("/api/v1/actuation/commands",), item="uid", only=only("")),
                Door("system", ("/api/v1/actuation/commands?over=true",), item="uid", only=only("over")),
                Door("system", ("/api/v1/actuation/commands/{}",)),
            ),
        ),
        Shown(
            ControlledDevice,
            duties=DUTIES,
            spread=(ControlledDevice,),
            reaches=reaches,
            doors=(
                Door("official", ("/desk/actuation/devices/",), DEVICE, duties=DUTIES),
                Door("official", ("/desk/actuation/devices/{}/",)),
            ),
        ),
        Shown(
            StandingApproval,
            duties=DUTIES,
            spread=(ControlledDevice,),
            reaches=reaches_device,
            doors=(Door("official", ("/desk/actuation/standing/{}/end/",), duties=APPROVE),),
        ),
    ),
)
