"""A water gauge, its stream and its rule, for tests of this room and of those above it."""

from datetime import datetime, timedelta
from typing import Any

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import AlertRuleVersion, Datastream, Thing

DUTIES = ("sensing.read", "sensing.observe", "sensing.respond", "sensing.steward", "sensing.rule")
HIGH = {"kind": "threshold", "property": "water-level", "op": ">", "limit": 3.0, "clear": 2.5}
HIGHER = {"kind": "threshold", "property": "water-level", "op": ">", "limit": 4.0, "clear": 3.5}


def gauge(key: str = "gauge-7", *, department: str = "fire-rescue", **said: Any) -> Thing:
    place = Department.objects.get(key=department)
    where = {"latitude": 30.51, "longitude": 104.12} | said
    return sensing.register_thing(
        actor=SYSTEM, key=key, name=f"水位站 {key}", department=place, kind="water-station", **where
    )


def level_of(thing: Thing, **said: Any) -> Datastream:
    level = sensing.define_property(actor=SYSTEM, key="water-level", name="水位", english="Water level")
    return sensing.open_stream(
        actor=SYSTEM,
        key=f"{thing.key}/level",
        thing=thing,
        observed_property=level,
        unit_name="metre",
        unit_symbol="m",
        **said,
    )


def rule(*ladder: tuple[str, dict[str, Any]], key: str = "high-water", **said: Any) -> AlertRuleVersion:
    definition = {
        "scope": {"kind": "water-station"},
        "ladder": [{"level": level, "when": when} for level, when in ladder],
        **said,
    }
    return sensing.publish_rule(
        actor=SYSTEM,
        key=key,
        name="水位超警戒",
        english="Water too high",
        department=Department.objects.get(key="fire-rescue"),
        definition=definition,
        source="云泽市防汛应急预案",
    )


def measure(stream: Datastream, *values: float, begin: datetime | None = None, every: int = 60, **said: Any) -> Any:
    """Let a stream measure one value after another, so many seconds apart, from a moment on."""
    first = begin or clock.now()
    observations = [
        sensing.Observed(stream.pk, first + timedelta(seconds=every * number), value, **said)
        for number, value in enumerate(values)
    ]
    with clock.at(max(clock.now(), observations[-1].at)):  # nobody measures in the future
        return sensing.observe_many(actor=SYSTEM, observations=observations)
