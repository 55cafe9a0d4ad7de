"""What the laws need to know of public safety."""

from datetime import time, timedelta
from typing import Any

from django.db.models import Model

from tests.copies import copies, earlier, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import (
    Camera,
    OutsideSource,
    PatrolCheckpoint,
    PatrolRoute,
    PatrolShift,
    PatrolVisit,
    PersonPosition,
    PositionOrder,
    PositionReading,
    SafetyAlarm,
    SipChannel,
    SipDevice,
    VideoLook,
    VideoRequest,
)
from tongban.applications.safecity.rules import manscdp
from tongban.applications.safecity.tests import building
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

READ, RESPOND, OUTSIDE = "safecity.read", "safecity.respond", "safecity.outside"
APPROVE_VIDEO, SUPERVISE = "safecity.approve_video", "safecity.supervise"
CORRECT = ("safecity.correct", "safecity.approve_correction")
KEY = "([0-9a-f-]{36})"


def make(city: SampleCity) -> None:
    """Register a camera and a device, patrol, raise alarms, look through the camera, order and read positions."""
    office = Department.objects.get(key="fire-rescue")
    device = safecity.register_device(actor=SYSTEM, entry=building.device_entry(office, AREAS[0]))
    safecity.appear(number=device.number, contact="udp 127.0.0.1:5060", seconds=3600)
    safecity.take_catalogue(number=device.number, told=manscdp.read(building.catalogue()))
    alarm = safecity.take_alarm(number=device.number, told=manscdp.read(building.alarm()))
    camera = safecity.register_camera(actor=SYSTEM, entry=building.camera_entry(office, AREAS[0]))
    route, shift = _patrolled(city, office)
    client = identity.open_account(actor=SYSTEM, login="sample-sender", name="外部系统", kind="client")
    source = safecity.propose_source(actor=SYSTEM, entry=building.source_entry(office, client.login, AREAS[0]))
    asked = _looked(city, camera)
    city.name(
        safety_alarm=alarm.uid,
        camera=camera.uid,
        sip_device=device.uid,
        patrol_route=route.uid,
        patrol_shift=shift.uid,
        patrol_visit=PatrolVisit.objects.of_shift(shift)[0].uid,
        video_request=asked.uid,
        video_token=safecity.make_link(actor=identity.actor_of(city.official), request=asked),
        outside_source=source.uid,
        position_order=_ordered(city, office).uid,
    )


def _patrolled(city: SampleCity, office: Department) -> tuple[PatrolRoute, PatrolShift]:
    plans = [safecity.CheckpointPlan("东门", 30.2601, 118.3305, time(0), time(23, 59))]
    route = safecity.plan_route(actor=SYSTEM, department=office, area=AREAS[0], name="东线", checkpoints=plans)
    day = clock.today() + timedelta(days=1)
    return route, safecity.plan_shift(actor=SYSTEM, route=route, officer=city.official, day=day, begins=time(0))


def _looked(city: SampleCity, camera: Camera) -> VideoRequest:
    official = identity.actor_of(city.official)
    asked = safecity.ask_video(actor=official, camera=camera, matter="警情1", purpose="查看现场", minutes=30)
    decider = identity.open_account(actor=SYSTEM, login="sample-decider", name="负责人", kind="staff")
    VideoRequest.objects.filter(pk=asked.pk).update(
        state="approved", decided_by=decider, decider=decider.name, opens_until=clock.now() + timedelta(days=400)
    )
    VideoLook.objects.create(
        request=asked,
        department=camera.department,
        area=camera.area,
        account=city.official,
        name="岑一",
        at=clock.now(),
    )
    return asked


def _ordered(city: SampleCity, office: Department) -> PositionOrder:
    today, now = clock.today(), clock.now()
    order: PositionOrder = PositionOrder.objects.create(
        party=city.cast.people["agent"], department=office, area=AREAS[0], number="样例1号", legal_basis="社区矫正法",
        device="DW-1", begins_on=today, ends_on=today + timedelta(days=30), officer=city.official, proposer="矫正员",
        state="in-force", approved_at=now, approver="负责人",
    )  # fmt: skip
    PersonPosition.objects.create(order=order, at=now, place={"latitude": 30.2, "longitude": 118.3})
    PositionReading.objects.create(
        order=order, name="矫正员", department_name=office.name, purpose="核查", at=now, positions=1
    )
    return order


def many(city: SampleCity, number: int) -> None:
    """Write copies of the oldest of each, in all areas, open and over."""
    now, today = clock.now(), clock.today()
    spread = {"area": lambda n: AREAS[n % 3]}
    device = _oldest(SipDevice)
    there = SipDevice.objects.count()
    figures = {"number": lambda n: f"99010200001120{there + n:06}", "name": lambda n: f"设备{n:05}"}
    devices = copies(device, number, **figures, **spread)
    copies(_oldest(SipChannel), number, device_id=lambda n: devices[n].pk)
    copies(_oldest(Camera), number, name=lambda n: f"点位{n:05}", **spread)
    over = {"valid_until": today - timedelta(days=1), "valid_from": today - timedelta(days=9)}
    copies(_oldest(Camera), number, name=lambda n: f"旧点位{n:05}", ended_on=today, **over, **spread)
    alarm = SafetyAlarm.objects.get(uid=city.ids["safety_alarm"])
    raised = {"raised_at": earlier(now), "device_id": lambda n: devices[n].pk, **spread}
    copies(alarm, number, **raised)
    copies(alarm, number, state="closed", closed_at=now, forget_on=today + timedelta(days=9), **raised)
    asked, look = VideoRequest.objects.get(uid=city.ids["video_request"]), _oldest(VideoLook)
    open_ones = {"state": "asked", "decided_by_id": None, "opens_until": None, "token_digest": ""}
    copies(asked, number, **open_ones, **spread)
    closed = copies(asked, number, state="refused", token_digest="", **spread)
    copies(look, number, request_id=lambda n: closed[n].pk, **spread)
    copies(_oldest(OutsideSource), number, name=lambda n: f"来源{n:05}", **spread)
    _many_patrols(city, number, spread)
    order = PositionOrder.objects.get(uid=city.ids["position_order"])
    orders = copies(order, number, device=lambda _n: token(12), number=lambda _n: token(12), state="ended", **spread)
    kept = PersonPosition.objects.count()
    copies(_oldest(PersonPosition), number, order_id=order.pk, at=lambda n: now - timedelta(minutes=kept + n))
    copies(_oldest(PositionReading), number, order_id=lambda n: orders[n].pk)
    copies(_oldest(PositionReading), number, order_id=order.pk, at=earlier(now))


def _many_patrols(city: SampleCity, number: int, spread: dict[str, Any]) -> None:
    now = clock.now()
    routes = copies(_oldest(PatrolRoute), number, name=lambda n: f"线路{n:05}", **spread)
    points = copies(_oldest(PatrolCheckpoint), number, route_id=lambda n: routes[n].pk, code=lambda n: token(16))
    shift = PatrolShift.objects.get(uid=city.ids["patrol_shift"])
    turns = {
        "begins_at": lambda n: now - timedelta(days=1 + n % 300),
        "ends_at": lambda n: now - timedelta(days=n % 300),
    }
    shifts = copies(shift, number, route_id=lambda n: routes[n].pk, **turns, **spread)
    visit = _oldest(PatrolVisit)
    copies(
        visit,
        number,
        shift_id=lambda n: shifts[n].pk,
        checkpoint_id=lambda n: points[n].pk,
        checked_at=now,
        by_code=True,
    )


def _oldest(model: type[Model]) -> Any:
    return model._default_manager.order_by("pk")[0]


def reaches(*duties: str) -> Any:
    """Return what says once more whether one of these duties reaches a row."""
    return lambda actor, row: any(
        grant.duty in duties and grant.covers(row.department_id, row.area) for grant in actor.grants
    )


def unclosed(rows: Any, reader: Actor) -> Any:
    return rows.filter(state__in=SafetyAlarm.UNCLOSED)


def over(rows: Any, reader: Actor) -> Any:
    return rows.filter(state__in=SafetyAlarm.ENDED)


DESK = "desk/safecity/"
sample = Sample(
    make=make,
    many=many,
    owned={"safecity/positions/<uuid:uid>/": "position_order"},
    personal=("safecity/positions/<uuid:uid>/",),
    office={
        f"{DESK}alarms/<uuid:uid>/": "safety_alarm",
        f"{DESK}alarms/<uuid:uid>/<slug:step>/": "safety_alarm close",
        f"{DESK}cameras/<uuid:uid>/": "camera",
        f"{DESK}cameras/<uuid:uid>/change/": "camera",
        f"{DESK}cameras/<uuid:uid>/end/": "camera",
        f"{DESK}cameras/<uuid:uid>/video/": "camera",
        f"{DESK}devices/<uuid:uid>/": "sip_device",
        f"{DESK}patrols/<uuid:uid>/": "patrol_shift",
        f"{DESK}routes/<uuid:uid>/": "patrol_route",
        f"{DESK}routes/<uuid:uid>/end/": "patrol_route",
        f"{DESK}routes/<uuid:uid>/shift/": "patrol_route",
        f"{DESK}video/<uuid:uid>/": "video_request",
        f"{DESK}video/<uuid:uid>/open/": "video_request",
        f"{DESK}video/look/<slug:token>/": "video_token",
        f"{DESK}outside/<uuid:uid>/": "outside_source",
        f"{DESK}outside/<uuid:uid>/approve/": "outside_source",
        f"{DESK}outside/<uuid:uid>/end/": "outside_source",
        f"{DESK}corrections/<uuid:uid>/": "position_order",
        f"{DESK}corrections/<uuid:uid>/approve/": "position_order",
        f"{DESK}corrections/<uuid:uid>/end/": "position_order",
        f"{DESK}corrections/<uuid:uid>/positions/": "position_order",
        "crew/safecity/<uuid:uid>/": "patrol_shift",
        "crew/safecity/<uuid:uid>/<uuid:visit>/": "patrol_shift patrol_visit",
    },
    common={"safecity/cameras/<uuid:uid>/": "camera"},
    whole=("/desk/safecity/", "/desk/safecity/marks/"),
    lists={
        "official": lambda city: [
            "/desk/safecity/alarms/?ended=1",
            "/desk/safecity/video/?show=decide",
            "/desk/safecity/video/?show=all",
        ]
    },
    shown=(
        Shown(
            Camera,
            duties=(READ,),
            spread=(Camera,),
            reaches=reaches(READ),
            doors=(
                Door("official", (f"/{DESK}cameras/",), rf"/desk/safecity/cameras/{KEY}/\""),
                Door("official", (f"/{DESK}cameras/{{}}/",)),
            ),
        ),
        Shown(
            SipDevice,
            duties=(READ,),
            spread=(SipDevice,),
            reaches=reaches(READ),
            doors=(
                Door("official", (f"/{DESK}devices/",), rf"/desk/safecity/devices/{KEY}/\""),
                Door("official", (f"/{DESK}devices/{{}}/",)),
            ),
        ),
        Shown(
            PatrolRoute,
            duties=(READ,),
            spread=(PatrolRoute,),
            reaches=reaches(READ),
            doors=(
                Door("official", (f"/{DESK}routes/",), rf"/desk/safecity/routes/{KEY}/\""),
                Door("official", (f"/{DESK}routes/{{}}/",)),
            ),
        ),
        Shown(
            PatrolShift,
            duties=(READ,),
            spread=(PatrolShift,),
            reaches=lambda actor, row: row.officer_id == actor.account or reaches(READ)(actor, row),
            doors=(
                Door(
                    "official",
                    (f"/{DESK}patrols/",),
                    rf"/desk/safecity/patrols/{KEY}/\"",
                    duties=(READ,),
                    only=lambda rows, reader: rows.filter(reader.within(READ)),
                ),
                Door("official", (f"/{DESK}patrols/{{}}/",), duties=(READ,)),
                Door(
                    "official",
                    ("/crew/safecity/{}/",),
                    duties=("safecity.patrol",),
                    only=lambda rows, reader: rows.filter(officer=reader.account),
                ),
            ),
        ),
        Shown(
            VideoRequest,
            duties=(APPROVE_VIDEO, SUPERVISE),
            spread=(VideoRequest,),
            reaches=lambda actor, row: (
                row.asked_by_id == actor.account or reaches(APPROVE_VIDEO, SUPERVISE)(actor, row)
            ),
            doors=(
                Door(
                    "official",
                    (f"/{DESK}video/?show=all",),
                    rf"/desk/safecity/video/{KEY}/\"",
                    duties=(SUPERVISE,),
                    only=lambda rows, reader: rows.filter(reader.within(SUPERVISE)),
                ),
                Door(
                    "official",
                    (f"/{DESK}video/{{}}/",),
                    duties=("safecity.ask_video", APPROVE_VIDEO, SUPERVISE),
                ),
            ),
        ),
        Shown(
            VideoLook,
            key="pk",
            duties=(SUPERVISE,),
            spread=(VideoLook,),
            reaches=reaches(SUPERVISE),
            doors=(Door("official", (f"/{DESK}video/looks/",), r"<th scope=\"row\">"),),
        ),
        Shown(
            SafetyAlarm,
            duties=(RESPOND,),
            spread=(SafetyAlarm,),
            reaches=reaches(RESPOND),
            doors=(
                Door("official", (f"/{DESK}alarms/",), rf"/desk/safecity/alarms/{KEY}/\"", only=unclosed),
                Door("official", (f"/{DESK}alarms/?ended=1",), rf"/desk/safecity/alarms/{KEY}/\"", only=over),
                Door("official", (f"/{DESK}alarms/{{}}/",)),
            ),
        ),
        Shown(
            OutsideSource,
            duties=(OUTSIDE,),
            spread=(OutsideSource,),
            reaches=reaches(OUTSIDE),
            doors=(
                Door("official", (f"/{DESK}outside/",), rf"/desk/safecity/outside/{KEY}/\""),
                Door("official", (f"/{DESK}outside/{{}}/",)),
            ),
        ),
        Shown(
            PositionOrder,
            duties=CORRECT,
            spread=(PositionOrder,),
            reaches=reaches(*CORRECT),
            doors=(
                Door("official", (f"/{DESK}corrections/",), rf"/desk/safecity/corrections/{KEY}/\""),
                Door("official", (f"/{DESK}corrections/{{}}/",)),
            ),
        ),
    ),
)
