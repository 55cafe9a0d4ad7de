"""How much better the forecast of the air is than persistence: learns on all but the last year, judges on that year.

`python -m bench.air FOLDER [POLLUTANT]`; FOLDER holds hourly tables of stations as UCI 501 has them (CSV, may be xz).
"""

import csv
import lzma
import sys
import time
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path

from tongban.applications.environment.rules import forecast

NAMES = {
    "SO2": "SO2", "NO2": "NO2", "CO": "CO", "O3": "O3", "PM10": "PM10", "PM2.5": "PM2.5", "TEMP": "temperature",
    "PRES": "pressure", "DEWP": "dew_point", "WSPM": "wind_speed",
}  # fmt: skip
WINDS = ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]
YEAR_HOURS = 8760
JUDGED = (6, 24)
Table = dict[str, list[float | None]]
Judged = tuple[float, float, float, bool]  # expected, what it was, what came, within the interval


def main() -> None:
    folder, pollutant = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "PM2.5"
    for file in sorted(folder.glob("*.csv*")):
        begin = time.perf_counter()
        name, first, series = _read(file)
        judged = len(series[pollutant]) - YEAR_HOURS
        model = forecast.learnt({key: values[:judged] for key, values in series.items()}, pollutant, first)
        if model is None:
            raise SystemExit(f"{file.name}: too little to learn from")
        seconds = time.perf_counter() - begin
        for hours, line in _judge(model, series, pollutant, first, judged).items():
            print(f"{name} {pollutant} +{hours} h: {line}, learnt in {seconds:.1f} s", flush=True)


def _judge(model: forecast.Model, series: Table, pollutant: str, first: datetime, judged: int) -> dict[int, str]:
    table = forecast.columns(series, pollutant, first)
    came = series[pollutant]
    said: dict[int, list[Judged]] = {hours: [] for hours in JUDGED}
    for row in range(judged, len(came) - max(JUDGED)):
        if not isfinite(table["now"][row]):
            continue
        for one in forecast.foretold(model, table, row):
            if one.hours in said and (then := came[row + one.hours]) is not None:
                said[one.hours].append((one.value, table["now"][row], then, one.low <= then <= one.high))
    return {hours: _line(rows) for hours, rows in said.items()}


def _line(rows: list[Judged]) -> str:
    values, stayed, came, within = zip(*rows, strict=True)
    ours, theirs = forecast.rmse(values, came), forecast.rmse(stayed, came)
    return (
        f"RMSE {ours:.1f}, persistence {theirs:.1f}, better by {100 * (1 - ours / theirs):.1f} %, "
        f"within the interval {100 * sum(within) / len(within):.0f} %, hours {len(rows)}"
    )


def _read(file: Path) -> tuple[str, datetime, Table]:
    raw = file.read_bytes()
    text = (lzma.decompress(raw) if file.suffix == ".xz" else raw).decode()
    rows = list(csv.DictReader(text.splitlines()))
    series = {ours: [_number(row[theirs]) for row in rows] for theirs, ours in NAMES.items()}
    series["wind_direction"] = [WINDS.index(row["wd"]) * 22.5 if row["wd"] in WINDS else None for row in rows]
    year, month, day, hour = (int(rows[0][part]) for part in ("year", "month", "day", "hour"))
    return rows[0]["station"], datetime(year, month, day, hour, tzinfo=UTC), series


def _number(text: str) -> float | None:
    return None if text in {"", "NA"} else float(text)


if __name__ == "__main__":
    main()
