"""What the laws need to know of emergency command."""

from datetime import timedelta

from tests.copies import copies, earlier, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Call, Door, Sample, Shown
from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import (
    EmergencyAction,
    EmergencyAssignment,
    EmergencyCall,
    EmergencyIncident,
    EmergencyLogEntry,
    EmergencyMessage,
    EmergencyTrackPoint,
    EmergencyUnit,
    EmergencyWarning,
)
from tongban.applications.emergency.tests.conftest import report
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity.models import Department

READ = ("emergency.read",)


def make(city: SampleCity) -> None:
    """A fire with a plan, a unit at work with its way, and an incident that is closed."""
    office = Department.objects.get(key="market-regulation")
    unit = emergency.register_unit(
        actor=SYSTEM,
        key="sample-1",
        name="样例消防车",
        kind="fire-engine",
        department=office,
        latitude=30.5750,
        longitude=104.0670,
    )
    fire = emergency.take_call(actor=SYSTEM, department=office, report=report()).incident
    emergency.activate_plan(actor=SYSTEM, incident=fire, plan="fire")
    emergency.dispatch(actor=SYSTEM, incident=fire, chosen=[unit], version=None)
    emergency.record_position(actor=SYSTEM, unit=unit, at=clock.now(), latitude=30.5745, longitude=104.0668)
    emergency.tell(actor=SYSTEM, incident=fire, medium="screen", words="请绕行。")
    words = emergency.WarningWords("flood", "orange", "内涝预警", "积水加深。", "请绕行。", 6, ("990102",))
    proposed = emergency.propose_warning(actor=SYSTEM, department=office, words=words)
    warning = emergency.publish_warning(actor=SYSTEM, warning=proposed)
    action = EmergencyAction.objects.of(fire)[0]
    city.name(emergency_warning=warning.uid, emergency_cap=warning.identifier)
    city.name(incident=fire.uid, emergency_unit=unit.uid, emergency_action=action.uid)


def many(city: SampleCity, number: int) -> None:
    incident = EmergencyIncident.objects.get(uid=city.ids["incident"])
    spread = {"area": lambda n: AREAS[n % 3], "opened_at": earlier(incident.opened_at), "dispatched_at": None}
    copies(incident, number, **spread)
    copies(incident, number // 4, drill=True, **spread)
    ended = {"state": "closed", "report": "已处置。", "ended_at": earlier(incident.opened_at)}
    made = copies(incident, number, **ended, **spread)
    unit = EmergencyUnit.objects.get(uid=city.ids["emergency_unit"])
    free = {"state": "available", "incident_id": None, "area": lambda n: AREAS[n % 3]}
    units = copies(unit, number, name=lambda n: f"消防车{n}", **free)
    keys = [one.pk for one in EmergencyIncident.objects.order_by("-pk")[: len(made)]]
    here = {"incident_id": lambda n: keys[n % len(keys)]}
    numbers = [one.pk for one in EmergencyUnit.objects.order_by("-pk")[: len(units)]]
    copies(EmergencyCall.objects.all()[0], number, **here)
    copies(EmergencyLogEntry.objects.all()[0], number, **here)
    copies(EmergencyAction.objects.all()[0], number, key=lambda _n: token(12), **here)
    copies(EmergencyAssignment.objects.all()[0], number, unit_id=lambda n: numbers[n], **here)
    copies(EmergencyMessage.objects.all()[0], number, **here)
    warning = EmergencyWarning.objects.get(uid=city.ids["emergency_warning"])
    when = {"sent_at": earlier(warning.sent_at), "area": lambda n: AREAS[n % 3], "identifier": lambda _n: token(20)}
    copies(warning, number, **when)
    point = EmergencyTrackPoint.objects.order_by("at")[0]
    copies(point, number, at=lambda n: point.at - timedelta(seconds=n + 1), **here)


def reached(actor: Actor, row: EmergencyIncident | EmergencyUnit | EmergencyWarning) -> bool:
    return any(grant.duty in READ and grant.covers(row.department_id, row.area) for grant in actor.grants)


INCIDENT = r"/desk/emergency/([0-9a-f-]{36})/"
LISTS = ("/desk/emergency/", "/desk/emergency/?show=ended", "/desk/emergency/?show=drills")
sample = Sample(
    make=make,
    many=many,
    office={
        "desk/emergency/<uuid:uid>/": "incident",
        "desk/emergency/<uuid:uid>/steps/<slug:step>/": "incident remark",
        "desk/emergency/<uuid:uid>/plan/": "incident",
        "desk/emergency/<uuid:uid>/actions/<uuid:action>/": "incident emergency_action",
        "desk/emergency/<uuid:uid>/dispatch/": "incident",
        "desk/emergency/<uuid:uid>/callers/": "incident",
        "desk/emergency/<uuid:uid>/report/": "incident",
        "desk/emergency/<uuid:uid>/messages/": "incident",
        "desk/emergency/units/<uuid:uid>/": "emergency_unit",
        "desk/emergency/warnings/<uuid:uid>/": "emergency_warning",
        "desk/emergency/warnings/<uuid:uid>/publish/": "emergency_warning",
        "desk/emergency/warnings/<uuid:uid>/lift/": "emergency_warning",
        "desk/emergency/warnings/<uuid:uid>/answer/": "emergency_warning",
    },
    common={"desk/emergency/plans/<slug:key>/": "fire", "cap/<slug:identifier>.xml": "emergency_cap"},
    whole=("/cap/feed", "/emergency/", "/desk/emergency/figures/"),
    calls={
        "POST /api/v1/emergency/units/<key>/positions": Call("sample-1", {"latitude": 30.57, "longitude": 104.06}),
        "POST /api/v1/emergency/units/<key>/steps": Call("sample-1", {"step": "set_out"}),
    },
    lists={"official": lambda city: [*LISTS]},
    shown=(
        Shown(
            EmergencyIncident,
            duties=READ,
            spread=(EmergencyIncident,),
            reaches=reached,
            doors=(
                Door("official", LISTS, INCIDENT),
                Door("official", ("/desk/emergency/{}/",)),
                Door("official", ("/desk/emergency/{}/report/",)),
            ),
        ),
        Shown(
            EmergencyWarning,
            duties=READ,
            spread=(EmergencyWarning,),
            reaches=reached,
            doors=(
                Door("official", ("/desk/emergency/warnings/",), r"/desk/emergency/warnings/([0-9a-f-]{36})/"),
                Door("official", ("/desk/emergency/warnings/{}/",)),
            ),
        ),
        Shown(
            EmergencyUnit,
            duties=READ,
            spread=(EmergencyUnit,),
            reaches=reached,
            doors=(
                Door("official", ("/desk/emergency/units/",), r"/desk/emergency/units/([0-9a-f-]{36})/"),
                Door("official", ("/desk/emergency/units/{}/",)),
            ),
        ),
    ),
)
