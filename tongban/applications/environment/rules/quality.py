"""How good data of monitoring is: what came, in time, valid; gaps; values that stand still; flags of a period.

Sources: HJ 212—2017 annex D (flags of a period, conversion, mass); HJ 75 and HJ 356 (numbers of valid
values);
国控重点污染源自动监控数据传输有效率考核: 传输有效率 = 传输率 × 有效率.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tongban.applications.environment.rules.rounding import rounded

NORMAL = "N"


@dataclass(frozen=True)
class DataTerms:
    """What holds from a day on.

    minute_period       minutes between two minute values
    late_minutes        a value in time arrives so long after its period at the latest, by period
    constant_values     so many equal values in a row, of a factor that varies, are suspicious
    varying             codes for which that is so
    gap_periods         so many missing values in a row are a gap
    gas_normal_percent  a period of gas is normal where so many of its values are; of water all of them
    target_percent      what the effective rate should be
    alert_ladder        level of an alert → share of the limit at which it begins; below 1 is early warning
    handle_workdays     working days in which an office says what came of an exceedance
    alert_clear         share of that value below which it ends, so that it does not flutter
    """

    valid_from: date
    source: str
    minute_period: int
    late_minutes: Mapping[str, int]
    constant_values: int
    varying: tuple[str, ...]
    gap_periods: int
    gas_normal_percent: int
    valid_hours_of_day: int
    valid_parts_of_hour: int
    target_percent: Decimal
    alert_ladder: Mapping[str, Decimal]
    alert_clear: Decimal
    handle_workdays: int


@dataclass(frozen=True)
class Rate:
    """How a span of time came: due values, those that arrived, in time, and valid ones of those that arrived."""

    due: int
    arrived: int
    in_time: int
    valid: int

    @property
    def transmission(self) -> Decimal | None:
        """传输率 in per cent."""
        return _percent(self.arrived, self.due)

    @property
    def validity(self) -> Decimal | None:
        """有效率 in per cent, of what arrived."""
        return _percent(self.valid, self.arrived)

    @property
    def timely(self) -> Decimal | None:
        """及时率 in per cent."""
        return _percent(self.in_time, self.due)

    @property
    def effective(self) -> Decimal | None:
        """传输有效率: transmission × validity, computed from the counts, so that nothing is rounded twice."""
        if not self.due:
            return None
        return _percent(self.valid, self.due) if self.arrived else Decimal(0).quantize(Decimal("0.1"))


def _percent(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(100 * min(part, whole)) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def read(content: Mapping[str, Any]) -> tuple[DataTerms, ...]:
    return tuple(
        DataTerms(
            **{
                **row,
                "valid_from": date.fromisoformat(row["valid_from"]),
                "varying": tuple(row["varying"]),
                "target_percent": Decimal(row["target_percent"]),
                "alert_ladder": {level: Decimal(share) for level, share in row["alert_ladder"].items()},
                "alert_clear": Decimal(row["alert_clear"]),
            }
        )
        for row in content["terms"]
    )


@dataclass(frozen=True)
class Value:
    """One value of a series. at: the beginning of its period; flag: of the device, "" counts as normal."""

    at: datetime
    value: Decimal | None
    flag: str = NORMAL
    arrived_at: datetime | None = None

    @property
    def valid(self) -> bool:
        return self.flag in {"", NORMAL} and self.value is not None


def rate(values: Sequence[Value], *, first: datetime, last: datetime, every: timedelta, late: timedelta) -> Rate:
    """Count what came of a series.

    first, last   beginnings of the first and the last period; late: how long after its end a value may arrive
    A period counts once, however often its value came.
    """
    due = max(0, (last - first) // every + 1)
    here = {
        value.at: value for value in values if first <= value.at <= last and (value.at - first) % every == timedelta()
    }
    in_time = sum(value.arrived_at is None or value.arrived_at <= value.at + every + late for value in here.values())
    return Rate(due, len(here), in_time, sum(value.valid for value in here.values()))


def gaps(
    times: Sequence[datetime], *, first: datetime, last: datetime, every: timedelta, at_least: int
) -> list[tuple[datetime, datetime]]:
    """Return where values are missing: the beginnings of the first and the last missing period of each gap."""
    known = set(times)
    found: list[tuple[datetime, datetime]] = []
    begin: datetime | None = None
    moment = first
    while moment <= last + every:
        missing = moment not in known and moment <= last
        if missing and begin is None:
            begin = moment
        if not missing and begin is not None:
            if (moment - begin) // every >= at_least:
                found.append((begin, moment - every))
            begin = None
        moment += every
    return found


def constant_runs(values: Sequence[Value], *, at_least: int) -> list[tuple[datetime, datetime, Decimal]]:
    """Return where a series stands still: first, last, value of each run of at least so many equal valid values.

    Zero counts like any other value: an instrument that is off says so by its flag.
    """
    found: list[tuple[datetime, datetime, Decimal]] = []
    run: list[Value] = []
    for value in [*sorted((v for v in values if v.valid), key=lambda v: v.at), None]:
        if value is not None and (not run or run[-1].value == value.value):
            run.append(value)
            continue
        if len(run) >= at_least and run[0].value is not None:
            found.append((run[0].at, run[-1].at, run[0].value))
        run = [value] if value is not None else []
    return found


def period_flag(flags: Sequence[str], *, water: bool, gas_normal_percent: int = 75) -> str:
    """Return the flag of a period from those of its values (HJ 212—2017, annex D).

    Water: one that is not normal makes the period so, by the commonest of them. Gas: normal where enough are, else D.
    """
    if not flags:
        return "B"
    odd = [flag for flag in flags if flag not in {"", NORMAL}]
    if not odd:
        return NORMAL
    if water:
        return max(sorted(set(odd)), key=odd.count)
    return NORMAL if 100 * (len(flags) - len(odd)) >= gas_normal_percent * len(flags) else "D"


def converted(measured: Decimal, oxygen: Decimal, reference: Decimal, digits: int = 1) -> Decimal | None:
    """Return a concentration at the reference oxygen content, C·(21−O₂s)/(21−O₂); None where it is that of air."""
    if oxygen >= 21:
        return None
    return rounded(measured * (21 - reference) / (21 - oxygen), digits)


def discharged_m3(flows: Sequence[Decimal], seconds: int) -> Decimal:
    """Return the water discharged, m³, from flows in L/s, each of which stands for so many seconds (D = Σ Q·T·10⁻³)."""
    return sum(flows, Decimal(0)) * seconds / 1000


def weighted_mean(concentrations: Sequence[Decimal], amounts: Sequence[Decimal]) -> Decimal | None:
    """Return the concentration of a period weighted by the water of its parts, mg/L; None where no water flowed."""
    water = sum(amounts, Decimal(0))
    if not water:
        return None
    return sum((c * d for c, d in zip(concentrations, amounts, strict=True)), Decimal(0)) / water
