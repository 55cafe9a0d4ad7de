"""Classes of surface water: the worst item decides (单因子评价法). The table is dated data.

Source: GB 3838—2002 table 1; 地表水环境质量评价办法（试行）: total nitrogen counts in lakes only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

WORSE = "劣Ⅴ"


@dataclass(frozen=True)
class WaterItem:
    """A line of the table.

    most, least   limit of each class, the best first: not above, not below; lake: another line of `most` for lakes
    lowest, highest   a span that is the same for all classes
    factor        what a measured value is multiplied by, where devices send another unit than the table has
    """

    code: str
    name: str
    most: tuple[Decimal, ...] = ()
    least: tuple[Decimal, ...] = ()
    lake: tuple[Decimal, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    factor: Decimal = Decimal(1)

    def counts(self, *, lake: bool) -> bool:
        return bool(self.most or self.least or self.lowest is not None or (lake and self.lake))

    def limits(self, *, lake: bool) -> tuple[Decimal, ...]:
        return self.lake if lake and self.lake else self.most


@dataclass(frozen=True)
class WaterState:
    """What classes mean in words, with their colour."""

    classes: tuple[str, ...]
    name: str
    english: str
    colour: str


@dataclass(frozen=True)
class WaterEdition:
    """The table of one edition. classes: the best first."""

    valid_from: date
    name: str
    source: str
    classes: tuple[str, ...]
    items: Mapping[str, WaterItem]
    states: tuple[WaterState, ...]

    def state(self, name: str) -> WaterState:
        return next(state for state in self.states if name in state.classes)

    def rank(self, name: str) -> int:
        """Return how bad a class is: 0 for the best."""
        return self.classes.index(name) if name in self.classes else len(self.classes)


@dataclass(frozen=True)
class WaterVerdict:
    """The class of one sample.

    decided_by   the items that are as bad as the class, by code
    parts        item → its class
    exceeded     item → how many times above the wanted class (超标倍数), None for pH and oxygen
    """

    name: str
    decided_by: tuple[str, ...]
    parts: Mapping[str, str]
    exceeded: Mapping[str, Decimal | None]


def read(content: Mapping[str, Any]) -> tuple[WaterEdition, ...]:
    states = tuple(WaterState(**{**row, "classes": tuple(row["classes"])}) for row in content["states"])
    return tuple(
        WaterEdition(
            valid_from=date.fromisoformat(row["valid_from"]),
            name=row["name"],
            source=row["source"],
            classes=tuple(row["classes"]),
            items={one["code"]: _item(one) for one in row["items"]},
            states=states,
        )
        for row in content["editions"]
    )


def _item(row: Mapping[str, Any]) -> WaterItem:
    several = ("most", "least", "lake")
    read = {
        name: tuple(map(Decimal, value)) if name in several else Decimal(value)
        for name, value in row.items()
        if name not in {"code", "name"}
    }
    return WaterItem(**{**row, **read})


def classed(
    values: Mapping[str, Decimal], edition: WaterEdition, *, lake: bool = False, wanted: str = "Ⅲ"
) -> WaterVerdict | None:
    """Return the class of a sample; None where nothing was measured that the table knows.

    values   code of HJ 212 → value; wanted: the class that the section should have
    """
    parts: dict[str, str] = {}
    exceeded: dict[str, Decimal | None] = {}
    for code, item in edition.items.items():
        if code not in values or not item.counts(lake=lake):
            continue
        value = values[code] * item.factor
        parts[code] = _class_of(value, item, edition.classes, lake=lake)
        if edition.rank(parts[code]) > edition.rank(wanted):
            exceeded[code] = _times_above(value, item, edition.rank(wanted), lake=lake)
    if not parts:
        return None
    worst = max(parts.values(), key=edition.rank)
    decided_by = tuple(code for code, name in parts.items() if name == worst)
    return WaterVerdict(worst, decided_by, parts, exceeded)


def _class_of(value: Decimal, item: WaterItem, classes: Sequence[str], *, lake: bool) -> str:
    if item.lowest is not None and item.highest is not None:
        return classes[0] if item.lowest <= value <= item.highest else WORSE
    if item.least:
        kept: Iterable[bool] = (value >= limit for limit in item.least)
    else:
        kept = (value <= limit for limit in item.limits(lake=lake))
    return next((name for name, holds in zip(classes, kept, strict=True) if holds), WORSE)


def _times_above(value: Decimal, item: WaterItem, wanted: int, *, lake: bool) -> Decimal | None:
    limits = item.limits(lake=lake)
    if not limits or wanted >= len(limits) or not limits[wanted]:
        return None
    return value / limits[wanted] - 1


def changed(upstream: WaterVerdict, downstream: WaterVerdict, edition: WaterEdition) -> int:
    """Return by how many classes the water is worse downstream; below zero where it is better."""
    return edition.rank(downstream.name) - edition.rank(upstream.name)
