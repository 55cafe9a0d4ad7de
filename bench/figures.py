"""A figure: measured several times, told as its median, kept with its smallest and its largest."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

LATEST = Path(__file__).parent / "latest.json"


@dataclass(frozen=True)
class Figure:
    """One thing measured.

    values   one for each run, in the order they were taken
    goal     what the figure has to reach: ">= 150", "< 300"; "" where it is only worth knowing
    """

    name: str
    unit: str
    values: Sequence[float]
    goal: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def met(self) -> bool | None:
        if not self.goal:
            return None
        sign, number = self.goal.split()
        reached = {
            ">=": self.median >= float(number),
            "<": self.median < float(number),
            "=": self.median == float(number),
        }
        return reached[sign]


@dataclass
class Report:
    """Collects figures, prints each as soon as it is known: NAME VALUE UNIT."""

    figures: list[Figure] = field(default_factory=list)
    paces: dict[str, list[float]] = field(default_factory=dict)

    def time(self, name: str, benchmark: Callable[["Report"], None]) -> None:
        """Take a benchmark, and how fast the machine was before and after it."""
        before = pace()
        benchmark(self)
        self.paces[name] = [before, pace()]
        say(f"    a million additions took {before:.0f} ms before, {self.paces[name][1]:.0f} ms after")

    def add(self, name: str, values: float | Sequence[float], unit: str, goal: str = "") -> Figure:
        taken = [float(value) for value in ([values] if isinstance(values, int | float) else values)]
        figure = Figure(name, unit, [round(value, 3) for value in taken], goal)
        self.figures.append(figure)
        print(f"{name} {short(figure.median)} {unit}", flush=True)
        spread = f"{short(min(taken))} to {short(max(taken))} in {len(taken)} runs; " if len(taken) > 1 else ""
        verdict = "" if figure.met is None else f"wanted {goal}: {'reached' if figure.met else 'NOT reached'}; "
        say(f"    {spread}{verdict}load {os.getloadavg()[0]:.1f}")
        return figure

    def write(self, *, benchmarks: Sequence[str]) -> None:
        """Keep what was measured in bench/latest.json, with what it was measured on."""
        known = json.loads(LATEST.read_text())["figures"] if LATEST.exists() else {}
        for figure in self.figures:
            known[figure.name] = {
                "value": figure.median,
                "unit": figure.unit,
                "min": min(figure.values),
                "max": max(figure.values),
                "values": list(figure.values),
                "goal": figure.goal,
                "met": figure.met,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
            }
        command = f"python -m bench {' '.join(benchmarks)}".strip()
        content = {"command": command, **machine(), "milliseconds_per_million": self.paces, "figures": known}
        LATEST.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def pace() -> float:
    """Return how many milliseconds a million additions take: a virtual core runs at half its speed now and then."""
    took = []
    for _turn in range(5):
        began, total = time.process_time(), 0
        for number in range(1_000_000):
            total += number
        took.append(1000 * (time.process_time() - began))
    return round(statistics.median(took), 1)


def say(text: str) -> None:
    """Tell the person who waits what is going on; figures alone go to standard output."""
    print(text, file=sys.stderr, flush=True)


def machine() -> dict[str, object]:
    """Return what the figures depend on."""
    cpu = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "cpu": cpu[0] if cpu else platform.processor(),
        "cores": os.cpu_count(),
        "memory_mib": int(memory) // 1024,
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
