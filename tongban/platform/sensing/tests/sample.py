"""What the laws need to know of sensing."""

from datetime import timedelta

from tests.copies import copies, earlier, spread_over, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import (
    Alert,
    AlertRule,
    AlertRuleState,
    AlertRuleVersion,
    AlertStep,
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    HourSummary,
    LatestObservation,
    Location,
    Observation,
    ObservedProperty,
    RawFrame,
    Sensor,
    Thing,
)
from tongban.platform.sensing.services.judging import forget_rules


def make(city: SampleCity) -> None:
    """A gauge of the department, what it measured, a rule, the alert that came of it, and a frame nobody can read."""
    department, now = Department.objects.get(key="market-regulation"), clock.now()
    level = sensing.define_property(actor=SYSTEM, key="water-level", name="水位")
    gauge = sensing.register_thing(
        actor=SYSTEM, key="gauge-1", name="柳岸街水位站", department=department, kind="sample-station",
        latitude=30.5, longitude=104.1,
    )  # fmt: skip
    stream = sensing.open_stream(actor=SYSTEM, key="gauge-1/level", thing=gauge, observed_property=level)
    rule = sensing.publish_rule(
        actor=SYSTEM,
        key="sample-high",
        name="水位超警戒",
        department=department,
        definition={
            "scope": {"kind": "sample-station"},
            "ladder": [
                {
                    "level": "yellow",
                    "when": {"kind": "threshold", "property": "water-level", "op": ">", "limit": 3.0},
                }
            ],
        },
        source="防汛应急预案",
    )
    sensing.observe(actor=SYSTEM, stream=stream, at=now, value=3.2)
    feature = FeatureOfInterest.objects.create(
        name="柳岸河段", feature={"type": "Point", "coordinates": [104.1, 30.5]}, department=department
    )
    frame = RawFrame.objects.create(
        department=department, protocol="sample", source="gauge-1", body=b"##0001", received_at=now
    )
    forget_rules()
    alert = Alert.objects.get(thing=gauge)
    city.name(thing=gauge.uid, stream=stream.uid, alert=alert.uid, frame=frame.uid, alert_rule=rule.rule.uid)
    city.name(feature=feature.pk)


def many(city: SampleCity, number: int) -> None:
    gauge = Thing.objects.get(uid=city.ids["thing"])
    stream = Datastream.objects.get(uid=city.ids["stream"])
    alert = Alert.objects.get(uid=city.ids["alert"])
    frame = RawFrame.objects.get(uid=city.ids["frame"])
    spread = {"area": lambda n: AREAS[n % 3]}
    named = {"name": lambda n: f"水位站{token(8)}", "public": lambda n: n % 7 == 0, **spread}
    copies(gauge, number, **named)
    copies(Sensor.objects.all()[0], number, **named)
    copies(Location.objects.all()[0], number, **named)
    copies(FeatureOfInterest.objects.all()[0], number, location=None, **named)
    streams = copies(stream, number, **named)
    latest = LatestObservation.objects.get(stream=stream)
    for one in streams:
        latest.pk = one.pk
        latest.save(force_insert=True)
    first = Observation.objects.of_stream(stream).order_by("at")[0]
    copies(first, number, at=lambda n: first.at - timedelta(minutes=7 * (n + 1)))
    hour = HourSummary.objects.filter(stream=stream).order_by("hour")[0]
    copies(hour, number, hour=lambda n: hour.hour - timedelta(hours=n + 1))
    copies(HistoricalLocation.objects.filter(thing=gauge)[0], number, at=earlier(first.at))
    whose = spread_over(frame.department_id, every=3)
    copies(frame, number, received_at=earlier(frame.received_at), department_id=whose, **spread)
    closed = {"state": "closed", "closed_at": alert.raised_at, "reason": "已处置。"}
    copies(alert, number, raised_at=earlier(alert.raised_at), **closed, **spread)
    cleared = {"state": "cleared", "cleared_at": alert.raised_at}
    copies(alert, number, raised_at=earlier(alert.raised_at), **cleared, **spread)
    copies(AlertStep.objects.filter(alert=alert)[0], number)


def reaches(actor: Actor, row: Alert) -> bool:
    grants = [grant for grant in actor.grants if grant.duty == "sensing.read"]
    return any(grant.covers(row.department_id, row.area) for grant in grants)


def reaches_or_public(actor: Actor, row: Thing) -> bool:
    return row.public or reaches(actor, row)


def looks_after(actor: Actor, row: RawFrame) -> bool:
    grants = [grant for grant in actor.grants if grant.duty == "sensing.steward"]
    return any(grant.covers(row.department_id, row.area) for grant in grants)


def entities(name: str) -> tuple[Door, Door]:
    """Return the doors of SensorThings: a set, and one entity of it."""
    return (
        Door("system", (f"/sta/v1.1/{name}?$top=1000",), r'"@iot.id": ?([0-9]+)', key="pk"),
        Door("system", (f"/sta/v1.1/{name}({{}})",), key="pk"),
    )


def unclosed(alerts, reader):
    return alerts.exclude(state="closed")


sample = Sample(
    make=make,
    many=many,
    small=(AlertRule, AlertRuleState, AlertRuleVersion, ObservedProperty),
    office={
        "desk/sensing/alerts/<uuid:uid>/": "alert",
        "desk/sensing/alerts/<uuid:uid>/acknowledge/": "alert",
        "desk/sensing/alerts/<uuid:uid>/close/": "alert",
        "desk/sensing/things/<uuid:uid>/": "thing",
        "desk/sensing/streams/<uuid:uid>/": "stream",
        "desk/sensing/frames/<uuid:uid>/": "frame",
        "desk/sensing/rules/<uuid:uid>/": "alert_rule",
        "desk/sensing/rules/<uuid:uid>/change/": "alert_rule",
    },
    posted=("desk/sensing/alerts/<uuid:uid>/acknowledge/",),
    common={"sta/v1.1/<path:rest>": "Things"},
    shown=(
        Shown(
            Alert,
            duties=("sensing.read",),
            spread=(Alert,),
            reaches=reaches,
            doors=(
                Door("official", ("/desk/sensing/",), r"/desk/sensing/alerts/([0-9a-f-]{36})/", only=unclosed),
                Door("official", ("/desk/sensing/alerts/{}/",)),
            ),
        ),
        Shown(
            Thing,
            duties=("sensing.read",),
            spread=(Thing,),
            reaches=reaches_or_public,
            doors=(
                Door(
                    "official",
                    ("/desk/sensing/things/",),
                    r"/desk/sensing/things/([0-9a-f-]{36})/",
                    duties=("sensing.read",),
                ),
                Door("official", ("/desk/sensing/things/{}/",), duties=("sensing.read",)),
                *entities("Things"),
            ),
        ),
        Shown(
            Datastream,
            duties=("sensing.read",),
            spread=(Datastream,),
            reaches=reaches_or_public,
            doors=(
                Door("official", ("/desk/sensing/streams/{}/",), duties=("sensing.read",)),
                *entities("Datastreams"),
            ),
        ),
        *(
            Shown(
                model,
                duties=("sensing.read",),
                spread=(model,),
                reaches=reaches_or_public,
                doors=entities(name),
            )
            for name, model in (("Locations", Location), ("Sensors", Sensor), ("FeaturesOfInterest", FeatureOfInterest))
        ),
        Shown(
            HistoricalLocation,
            duties=("sensing.read",),
            spread=(Thing,),
            reaches=lambda actor, row: reaches_or_public(actor, row.thing),
            doors=entities("HistoricalLocations"),
        ),
        Shown(
            Observation,
            duties=("sensing.read",),
            spread=(Datastream,),
            reaches=lambda actor, row: reaches_or_public(actor, row.stream),
            doors=entities("Observations"),
        ),
        Shown(
            ObservedProperty,
            duties=("sensing.read",),
            reaches=lambda actor, row: True,
            doors=entities("ObservedProperties"),
        ),
        Shown(
            AlertRule,
            duties=("sensing.read",),
            spread=(AlertRule,),
            reaches=reaches,
            doors=(
                Door("official", ("/desk/sensing/rules/",), r"/desk/sensing/rules/([0-9a-f-]{36})/"),
                Door("official", ("/desk/sensing/rules/{}/",)),
            ),
        ),
        Shown(
            RawFrame,
            duties=("sensing.steward",),
            spread=(RawFrame,),
            reaches=looks_after,
            doors=(
                Door("official", ("/desk/sensing/frames/",), r"/desk/sensing/frames/([0-9a-f-]{36})/"),
                Door("official", ("/desk/sensing/frames/{}/",)),
            ),
        ),
    ),
    lists={
        "official": lambda city: [
            "/desk/sensing/?state=open",
            "/desk/sensing/?state=closed",
            "/desk/sensing/things/?q=水位",
            f"/desk/sensing/streams/{city.ids['stream']}/",
        ]
    },
)
