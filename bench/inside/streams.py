"""streams COUNT: so many things with a stream each, and a key to observe them; streams box COUNT: latest values, read.

The first prints {"key", "streams", "alarming"}: two rules are in force for the things; "alarming" lies beyond both. The
second prints {"streams", "found", "seconds"}: the latest values of a box that holds a sixteenth of them, five times.
streams alerts: prints by rule how many alerts there are, and the longest time, in seconds, from when one was due.
"""

import json
import sys
import time
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import connection

import bench.inside  # noqa: F401
from bench.inside import cast
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert, Datastream, LatestObservation, Thing

DUTIES = ("sensing.observe", "sensing.read")
SOUTH, WEST, SIDE = 30.0, 104.0, 0.4  # degrees
HELD_SECONDS = 3
LIMIT = 100.0
RULES = {
    "bench-beyond": {"kind": "threshold", "property": "bench-level", "op": ">", "limit": LIMIT},
    "bench-held": {
        "kind": "duration", "property": "bench-level", "op": ">", "limit": LIMIT, "seconds": HELD_SECONDS,
    },
}  # fmt: skip


def main() -> None:
    word = sys.argv[1]
    if word == "alerts":
        print(json.dumps(_alerts()))
    elif word == "box":
        print(json.dumps(_box(int(sys.argv[2]))))
    else:
        print(json.dumps(_open(int(word))))


def _open(number: int) -> dict[str, Any]:
    office = cast.department("city")
    system = identity.open_account(actor=SYSTEM, login="bench-gauges", name="测算系统", kind="client")
    role = identity.define_role(actor=SYSTEM, key="bench-gauges", name="测算接口", duties=DUTIES)
    identity.appoint(actor=SYSTEM, account=system, department=office, role=role, subtree=True)
    _token, key = identity.make_token(actor=SYSTEM, account=system, title="bench", duties=DUTIES)
    streams = _streams(number)
    for name, condition in RULES.items():
        sensing.publish_rule(
            actor=SYSTEM, key=name, name=name, department=office, source="bench",
            definition={"scope": {"kind": "bench-gauge"}, "ladder": [{"level": "red", "when": condition}]},
        )  # fmt: skip
    return {"key": key, "streams": streams, "alarming": LIMIT + 1}


def _streams(number: int) -> list[int]:
    """Copy one thing and its stream in bulk; things lie on a square."""
    office, side = cast.department("city"), round(number**0.5) or 1
    name = ids.token(6)
    first = sensing.register_thing(
        actor=SYSTEM, key=f"{name}", name="测算水位计", department=office, kind="bench-gauge", public=False,
        latitude=SOUTH, longitude=WEST,
    )  # fmt: skip
    level = sensing.define_property(actor=SYSTEM, key="bench-level", name="水位")
    stream = sensing.open_stream(
        actor=SYSTEM, key=f"{name}-level", thing=first, observed_property=level, unit_symbol="m"
    )
    things = Thing.objects.bulk_create(
        (
            _copy(
                first, uid=ids.uid(), key=f"{name}-{at}",
                latitude=SOUTH + SIDE * (at // side) / side, longitude=WEST + SIDE * (at % side) / side,
            )
            for at in range(number)
        ),
        batch_size=2000,
    )  # fmt: skip
    made = Datastream.objects.bulk_create(
        (_copy(stream, uid=ids.uid(), key=f"{one.key}-level", thing_id=one.pk) for one in things), batch_size=2000
    )
    return [one.pk for one in made]


def _copy(row: Any, **changes: Any) -> Any:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    fields.pop("id")
    known = {name: value for name, value in changes.items() if name in fields}
    return type(row)(**{**fields, **known})


def _box(number: int) -> dict[str, Any]:
    now, streams = clock.now(), iter(_streams(number))
    while part := list(islice(streams, 2000)):
        sensing.observe_many(actor=SYSTEM, observations=[sensing.Observed(pk, now, 1.5) for pk in part])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    seconds = []
    for _turn in range(5):
        begun = time.perf_counter()
        found = len(LatestObservation.objects.in_box(SOUTH, WEST, SOUTH + SIDE / 4, WEST + SIDE / 4))
        seconds.append(time.perf_counter() - begun)
    return {"streams": LatestObservation.objects.count(), "found": found, "seconds": seconds}


def _alerts() -> dict[str, Any]:
    """What is late is told against the reading that came, or against when it has held for as long as the rule says."""
    told: dict[str, Any] = {}
    for rule, held in (("bench-beyond", 0), ("bench-held", HELD_SECONDS)):
        late = []
        for alert in Alert.objects.filter(rule__key=rule):
            latest = LatestObservation.objects.get(stream__thing=alert.thing)
            late.append((alert.raised_at - latest.received_at - timedelta(seconds=held)).total_seconds())
        told[rule] = {"alerts": len(late), "late": max(late, default=0.0)}
    return told


if __name__ == "__main__":
    main()
