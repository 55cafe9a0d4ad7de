"""What the air will be like: a straight-line model of the hours behind, with an interval; judged beside persistence.

One regression a horizon (ridge), all of one table of what is known now: the pollutant and its past hours and means, the
time of day and year, the weather at the station and its change, the other pollutants, and how these meet the level of
now. Nothing of the future goes in. No library is needed: a station of three years takes a second or two.
Persistence, "it stays as it is", is what a forecast has to beat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from math import cos, isfinite, log, pi, radians, sin, sqrt
from operator import mul

HORIZONS = (6, 12, 24, 48, 72)
LAGS, MEANS = (1, 2, 3, 6, 12, 23, 24, 48), (6, 24, 72)
FILLED_HOURS = 6  # a gap is bridged so far with the value before it
RIDGE = 10.0
CALIBRATION = 0.2  # share of the rows, the latest, that say how wide the interval is
LOW, HIGH = 0.1, 0.9
BINS = 4
LEAST_ROWS = 24 * 30

Series = Sequence[float | None]
Column = list[float]
NAN = float("nan")


@dataclass(frozen=True)
class Model:
    """What was learnt of one pollutant at one station.

    used      the names of the columns; centre, scale: of each
    weights   horizon → one number for each column, the constant first
    spread    horizon → (predicted level up to which it holds, lowest and highest error that are usual there)
    """

    used: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    weights: Mapping[int, tuple[float, ...]]
    spread: Mapping[int, tuple[tuple[float, float, float], ...]]


@dataclass(frozen=True)
class Forecast:
    """What is expected after so many hours; low and high hold eight of ten."""

    hours: int
    value: float
    low: float
    high: float


def columns(series: Mapping[str, Series], pollutant: str, first: datetime) -> dict[str, Column]:
    """Return what is known at each hour, column by column; NaN where it is not.

    series   "PM2.5", "O3" …, and of the weather "temperature" ℃, "dew_point" ℃ (or "humidity" %), "pressure",
             "wind_speed" m/s, "wind_direction" degrees: one value an hour
    """
    known = {name: _bridged(values) for name, values in series.items() if any(v is not None for v in values)}
    now = known[pollutant]
    hours = range(len(now))
    found: dict[str, Column] = {"now": now}
    found |= {f"before {lag}": _shifted(now, lag) for lag in LAGS}
    found |= {f"mean {length}": _running(now, length) for length in MEANS}
    day = [(first.hour + n) % 24 * pi / 12 for n in hours]
    year = [(first.timetuple().tm_yday * 24 + n) / 8766 * 2 * pi for n in hours]
    turns = {f"{name} {k}": [wave(k * angle) for angle in day] for k in (1, 2) for name, wave in WAVES.items()}
    turns |= {f"year {name}": [wave(angle) for angle in year] for name, wave in WAVES.items()}
    weather = _weather(known)
    meeting = turns | {name: weather[name] for name in MEETING if name in weather}
    found |= turns | weather
    for name in ("CO", "NO2", "O3", "SO2", "PM10", "PM2.5"):
        if name in known and name != pollutant:
            root = _root(known[name])
            found |= {f"root {name}": root, f"root {name} 24": _running(root, 24)}
    found |= {f"now × {name}": list(map(mul, now, _centred(column))) for name, column in meeting.items()}
    found["now × now"] = list(map(mul, now, _centred(now)))
    found |= {"root now": _root(now), "root before 6": _root(found["before 6"])}
    for times in (1, 2):
        found[f"now up to {times} means"] = _capped(now, times)
    return found


WAVES = {"cos": cos, "sin": sin}
MEETING = ("east", "north", "wind_speed", "dew_point", "pressure 6", "east 6", "temperature")


def _weather(known: Mapping[str, Column]) -> dict[str, Column]:
    found = {name: known[name] for name in ("temperature", "pressure", "wind_speed") if name in known}
    if "dew_point" in known:
        found["dew_point"] = known["dew_point"]
    elif "humidity" in known and "temperature" in known:
        found["dew_point"] = list(map(_dew_point, known["temperature"], known["humidity"]))
    for name, spans in {"pressure": (6, 24), "dew_point": (6, 24), "temperature": (24,)}.items():
        if name in found:
            found |= {f"{name} {n}": _less(found[name], _shifted(found[name], n)) for n in spans}
    if "wind_speed" in known and "wind_direction" in known:
        angles = [radians(direction) for direction in known["wind_direction"]]
        for name, wave in {"north": cos, "east": sin}.items():
            blown = [speed * wave(angle) for speed, angle in zip(known["wind_speed"], angles, strict=True)]
            found |= {name: blown, f"{name} 6": _running(blown, 6), f"{name} 24": _running(blown, 24)}
    return found


def _dew_point(temperature: float, humidity: float) -> float:
    """Return the dew point by the formula of Magnus."""
    if not humidity > 0:
        return NAN
    part = log(humidity / 100) + 17.62 * temperature / (243.12 + temperature)
    return 243.12 * part / (17.62 - part)


def learnt(series: Mapping[str, Series], pollutant: str, first: datetime) -> Model | None:
    """Return what the past says about a pollutant at a station; None where there is too little of it.

    series   one value an hour from `first` on, as `columns` takes them
    """
    if len(series[pollutant]) < LEAST_ROWS:
        return None
    table = columns(series, pollutant, first)
    target = [NAN if value is None else value for value in series[pollutant]]
    ahead = {hours: target[hours:] + [NAN] * hours for hours in HORIZONS}
    whole = [all(map(isfinite, row)) for row in zip(*table.values(), *ahead.values(), strict=True)]
    rows = sum(whole)
    if rows < LEAST_ROWS:
        return None
    kept = {name: list(compress(column, whole)) for name, column in table.items()}
    taught = int(rows * (1 - CALIBRATION))
    centre, scale, used = _scales({name: column[:taught] for name, column in kept.items()})
    scaled = [[1.0] * rows, *([(v - c) / s for v in kept[n]] for n, c, s in zip(used, centre, scale, strict=True))]
    wanted = {hours: list(compress(column, whole)) for hours, column in ahead.items()}
    weights = _solved([column[:taught] for column in scaled], [wanted[hours][:taught] for hours in HORIZONS])
    spread = {}
    for hours, weight in zip(HORIZONS, weights, strict=True):
        said = [max(0.0, value) for value in _weighed([column[taught:] for column in scaled], weight)]
        spread[hours] = _spread(said, wanted[hours][taught:])
    # How far off it is was asked of hours it had not seen; what it says from now on is learnt from all of them.
    weights = _solved(scaled, [wanted[hours] for hours in HORIZONS])
    return Model(used, centre, scale, dict(zip(HORIZONS, weights, strict=True)), spread)


def foretold(model: Model, table: Mapping[str, Column], row: int = -1) -> list[Forecast]:
    """Return what a model expects from an hour on; nothing where something it needs is not known then."""
    values = [table[name][row] if name in table else NAN for name in model.used]
    if not all(map(isfinite, values)):
        return []
    scaled = [1.0, *((v - c) / s for v, c, s in zip(values, model.centre, model.scale, strict=True))]
    found = []
    for hours, weight in model.weights.items():
        value = max(0.0, sum(map(mul, scaled, weight)))
        low, high = next((low, high) for upto, low, high in model.spread[hours] if value <= upto)
        found.append(Forecast(hours, value, max(0.0, value + min(low, 0.0)), value + max(high, 0.0)))
    return found


def rmse(said: Sequence[float], came: Sequence[float]) -> float:
    """Return the root of the mean square error."""
    return sqrt(sum((a - b) ** 2 for a, b in zip(said, came, strict=True)) / len(came))


def _bridged(values: Series) -> Column:
    found, last, age = [], NAN, 0
    for value in values:
        last, age = (last, age + 1) if value is None else (float(value), 0)
        found.append(last if age <= FILLED_HOURS else NAN)
    return found


def _shifted(column: Column, hours: int) -> Column:
    return [NAN] * hours + column[:-hours]


def _less(column: Column, other: Column) -> Column:
    return [a - b for a, b in zip(column, other, strict=True)]


def _running(column: Column, length: int) -> Column:
    """Return the mean of the last hours, of those that are known, where half of them are."""
    found, total, number = [], 0.0, 0
    for place, value in enumerate(column):
        if isfinite(value):
            total, number = total + value, number + 1
        if place >= length and isfinite(gone := column[place - length]):
            total, number = total - gone, number - 1
        found.append(total / number if number * 2 >= length else NAN)
    return found


def _root(column: Column) -> Column:
    return [sqrt(max(value, 0.0)) if isfinite(value) else NAN for value in column]


def _capped(column: Column, times: int) -> Column:
    """Return a column cut off at so many times its mean: what is high already behaves in another way."""
    known = [value for value in column if isfinite(value)]
    top = times * sum(known) / len(known) if known else 0.0
    return [min(value, top) if isfinite(value) else NAN for value in column]


def _centred(column: Column) -> Column:
    known = [value for value in column if isfinite(value)]
    middle = sum(known) / len(known) if known else 0.0
    return [value - middle for value in column]


def _scales(table: Mapping[str, Column]) -> tuple[tuple[float, ...], tuple[float, ...], tuple[str, ...]]:
    """Return middle and width of the columns that say anything, and their names."""
    found = []
    for name, column in table.items():
        middle = sum(column) / len(column)
        width = sqrt(sum((value - middle) ** 2 for value in column) / len(column))
        if width > 1e-9:
            found.append((middle, width, name))
    centre, scale, used = zip(*found, strict=True)
    return centre, scale, used


def _solved(table: Sequence[Column], targets: Sequence[Column]) -> list[tuple[float, ...]]:
    """Return the weights by which the columns come nearest to each target, held back by RIDGE (Gauss elimination)."""
    size = len(table)
    rows = [[0.0] * (size + len(targets)) for _column in table]
    for i, column in enumerate(table):
        for j in range(i, size):
            rows[i][j] = rows[j][i] = sum(map(mul, column, table[j]))
        rows[i][i] += RIDGE if i else 0.0
        for number, target in enumerate(targets):
            rows[i][size + number] = sum(map(mul, column, target))
    for i in range(size):
        best = max(range(i, size), key=lambda row: abs(rows[row][i]))
        rows[i], rows[best] = rows[best], rows[i]
        pivot = rows[i][i]
        rows[i] = [value / pivot for value in rows[i]]
        for k in range(size):
            if k != i and (factor := rows[k][i]):
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [tuple(row[size + number] for row in rows) for number in range(len(targets))]


def _weighed(table: Sequence[Column], weights: Sequence[float]) -> Column:
    return [sum(map(mul, row, weights)) for row in zip(*table, strict=True)]


def _spread(said: Column, came: Column) -> tuple[tuple[float, float, float], ...]:
    """Return how far off it usually was, by the level that was expected: the higher, the further."""
    pairs = sorted(zip(said, came, strict=True))
    size = -(-len(pairs) // BINS)
    found = []
    for begin in range(0, len(pairs), size):
        part = pairs[begin : begin + size]
        errors = sorted(b - a for a, b in part)
        low, high = errors[int(LOW * (len(errors) - 1))], errors[int(HIGH * (len(errors) - 1))]
        last = begin + size >= len(pairs)
        found.append((float("inf") if last else part[-1][0], low, high))
    return tuple(found)
