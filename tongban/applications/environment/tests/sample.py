"""What the laws need to know of environment."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import Model

from tests.copies import copies, earlier, spread_over, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.applications.environment import services as environment
from tongban.applications.environment.models import (
    AirForecast,
    AirReport,
    DeviceCommand,
    EmissionLimit,
    MonitoringPoint,
    PollutionSource,
    ReceivedPacket,
    RetainedSample,
)
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert

DUTIES, RESPOND = ("environment.read",), "environment.respond"


def make(city: SampleCity) -> None:
    """Register an outfall with a limit that is exceeded, a command and a sample of it; and an air station."""
    office, now = Department.objects.get(key="fire-rescue"), clock.now()
    source = environment.register_source(
        actor=SYSTEM, number="SAMPLE-1", name="临湖总排口", kind="waste-water", department=office, area=AREAS[0]
    )
    point, station = (
        environment.register_point(
            actor=SYSTEM, mn=mn, name=name, kind=kind, st=st, password="123456", department=office, area=AREAS[0],
            source=source if kind == "waste-water" else None, video="CAM-1",
        )
        for mn, name, kind, st in (
            ("SAMPLE0001", "临湖出水口", "waste-water", "32"), ("SAMPLE0002", "临湖公园站", "air", "22"),
        )
    )  # fmt: skip
    environment.set_limit(
        actor=SYSTEM, point=point, factor="w01018", period="hour", most=Decimal(50), source="GB 18918—2002"
    )
    stream = environment.open_stream(point, "w01018", "hour")
    sensing.observe(actor=SYSTEM, stream=stream, at=now - timedelta(hours=2), value=80.0)
    jobs.run_all()
    command = environment.ask(actor=SYSTEM, point=point, cn="3015", parameters={}, reason="核查")
    sample = environment.retain_sample(point=point, qn=command.qn, at=now, bottle="7")
    ReceivedPacket.objects.create(point=point, key="20260801000000000-2061", received_at=now)
    begin = environment.current_hour()
    AirReport.objects.create(station=station, span="hour", at=begin, value=40, standard="HJ 633—2026", published_at=now)
    AirForecast.objects.create(
        station=station, made_at=begin, pollutant="PM2.5", hours=6, value=20, low=10, high=30, persistence=25
    )
    city.name(
        pollution_source=source.uid,
        monitoring_point=point.uid,
        air_station=station.uid,
        retained_sample=sample.uid,
        exceedance=Alert.objects.of_thing(point.thing).get().uid,
    )


def many(city: SampleCity, number: int) -> None:
    """Write copies of the oldest of each, so that what is copied twice stands once."""
    now = clock.now()
    spread = {"area": lambda n: AREAS[n % 3]}
    source = PollutionSource.objects.get(uid=city.ids["pollution_source"])
    theirs = {"department_id": spread_over(source.department_id, every=3), **spread}
    sources = copies(source, number, name=lambda n: f"排口{n:05d}", **theirs)
    point = MonitoringPoint.objects.get(uid=city.ids["monitoring_point"])
    things = copies(point.thing, number, name=lambda n: f"监测点{token(8)}", **spread)
    mine = {"name": lambda n: things[n].name, "thing_id": lambda n: things[n].pk, **spread}
    points = copies(point, number, source_id=lambda n: sources[n].pk, password="", **mine)
    there = {"point_id": lambda n: points[n].pk}
    copies(_oldest(EmissionLimit), number, **there)
    copies(_oldest(DeviceCommand), number, asked_at=earlier(now), state="done", **there)
    copies(_oldest(RetainedSample), number, command_id=None, taken_at=earlier(now), **there)
    copies(_oldest(ReceivedPacket), number, received_at=earlier(now), **there)
    report = AirReport.objects.order_by("at")[0]
    copies(report, number, at=lambda n: report.at - timedelta(hours=n + 1))
    forecast = AirForecast.objects.order_by("made_at")[0]
    copies(forecast, number, made_at=lambda n: forecast.made_at - timedelta(hours=n + 1))


def _oldest(model: type[Model]) -> Model:
    return model._default_manager.order_by("pk")[0]


sample = Sample(
    make=make,
    many=many,
    office={
        "desk/environment/sources/<uuid:uid>/": "pollution_source",
        "desk/environment/sources/<uuid:uid>/points/": "pollution_source",
        "desk/environment/points/<uuid:uid>/": "monitoring_point",
        "desk/environment/points/<uuid:uid>/ask/": "monitoring_point",
        "desk/environment/points/<uuid:uid>/limits/": "monitoring_point",
        "desk/environment/samples/<uuid:uid>/": "retained_sample",
        "desk/environment/exceedances/<uuid:uid>/": "exceedance",
    },
    common={
        "environment/stations/<uuid:uid>/": "air_station",
        "desk/environment/air/<uuid:uid>/": "air_station",
    },
    whole=("/desk/environment/",),
    lists={
        "official": lambda city: [
            "/desk/environment/sources/?kind=waste-water",
            "/desk/environment/sources/?q=排口0",
        ]
    },
    shown=(
        Shown(
            PollutionSource,
            duties=DUTIES,
            spread=(PollutionSource, MonitoringPoint),
            reaches=lambda actor, row: any(
                grant.duty in DUTIES and grant.covers(row.department_id, row.area) for grant in actor.grants
            ),
            doors=(
                Door("official", ("/desk/environment/sources/",), r"/desk/environment/sources/([0-9a-f-]{36})/\""),
                Door("official", ("/desk/environment/sources/{}/",)),
            ),
        ),
        Shown(
            MonitoringPoint,
            duties=DUTIES,
            doors=(Door("official", ("/desk/environment/points/{}/",)),),
        ),
        Shown(
            RetainedSample,
            duties=(*DUTIES, RESPOND),
            spread=(MonitoringPoint,),
            doors=(Door("official", ("/desk/environment/samples/{}/",), duties=(RESPOND,)),),
        ),
    ),
)
