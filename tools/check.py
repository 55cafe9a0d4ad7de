"""Check everything: style, types and laws; tests on SQLite and on PostgreSQL; journeys in a real browser.

python tools/check.py lint | reached | all

`lint` needs no browser and no server, nor does `reached`: lint, and what the changes of this branch can reach.

Parts that do not disturb each other run side by side. A part that fails shows what it said; the others only how long
they took. The last lines count the tests.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import reach
from postgresql import throw_away_server

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SIDE_BY_SIDE = 2
PATIENCE_SECONDS = 60  # between two signs of life
MAX_SECONDS = 2400  # no part may take longer
LONGEST = 12  # tests that are named at the end
# About as many tests as all others have together.
LARGEST = ("tongban/platform/cases", "tongban/platform/workflow")
MAIN_JOURNEY = "tests/journeys/test_main_job.py"
FAST = "not slow and not journey"
COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)")


@dataclass(frozen=True)
class Part:
    """One command of the check."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        return "pytest" in self.command[0]


@dataclass(frozen=True)
class Outcome:
    part: Part
    code: int
    seconds: float
    said: str

    @property
    def totals(self) -> Counter[str]:
        """Return what pytest counted, from its last line: {"passed": 812}."""
        lines = [line for line in self.said.splitlines() if re.search(r" in \d+[.\d]*s", line)]
        found = COUNT.findall(lines[-1]) if lines and self.part.counts else []
        return Counter({word.removesuffix("s") if word == "errors" else word: int(number) for number, word in found})

    @property
    def longest(self) -> list[tuple[float, str]]:
        """Return the tests that took longest, with what was made for each: (seconds, test)."""
        found = re.findall(r"^(\d+\.\d+)s \w+ +(\S+)", self.said, re.MULTILINE) if self.part.counts else []
        return [(float(seconds), test) for seconds, test in found]


class Runner:
    """Runs parts side by side and remembers what came of them."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self._running: dict[str, tuple[float, subprocess.Popen[bytes]]] = {}
        self._lock = threading.Lock()

    def run(self, parts: Sequence[Part], *, side_by_side: int) -> None:
        with ThreadPoolExecutor(side_by_side) as pool:
            left: set[Future[None]] = {pool.submit(self._run, part) for part in parts}
            try:
                while left:
                    done, left = wait(left, timeout=PATIENCE_SECONDS)
                    for future in done:
                        future.result()
                    if not done:
                        self._show_life()
            finally:  # whoever interrupts does not wait for the parts that have not begun
                pool.shutdown(wait=False, cancel_futures=True)
                self.stop()

    def stop(self) -> None:
        """End whatever still runs, with its children."""
        with self._lock:
            for _started, process in self._running.values():
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def _run(self, part: Part) -> None:
        started = time.monotonic()
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(
                part.command,
                cwd=ROOT,
                env=clean_environment() | part.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            with self._lock:
                self._running[part.name] = (started, process)
            late = ""
            try:
                process.wait(MAX_SECONDS)
            except subprocess.TimeoutExpired:
                late = f"\n{part.name} took longer than {MAX_SECONDS} s and was ended\n"
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            with self._lock:
                del self._running[part.name]
            out.seek(0)
            said = out.read().decode(errors="replace") + late
        outcome = Outcome(part, process.returncode, time.monotonic() - started, said)
        with self._lock:
            self.outcomes.append(outcome)
            show(outcome)

    def _show_life(self) -> None:
        with self._lock:
            now = time.monotonic()
            names = [f"{name} ({now - started:.0f} s)" for name, (started, _process) in self._running.items()]
        print("… " + ", ".join(names), flush=True)


def show(outcome: Outcome) -> None:
    if outcome.code:
        print(f"\n──── {outcome.part.name} ────\n{outcome.said.rstrip()}\n────", flush=True)
    lines = outcome.said.strip().splitlines()
    note = lines[-1] if outcome.part.counts and lines else ""
    print(f"{'failed' if outcome.code else 'ok':<7}{outcome.part.name:<22}{outcome.seconds:7.1f} s  {note}", flush=True)


def clean_environment() -> dict[str, str]:
    """Return the environment without anything that would change the house under test, or slow it down.

    Where Python may not keep what it compiled, each of the many processes compiles all libraries anew: three seconds.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TONGBAN_", "DJANGO_", "PG"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"CI": "true", "PYTHONUNBUFFERED": "1"}


def lint_parts() -> list[Part]:
    return [
        Part("types", [str(BIN / "mypy"), "tongban", "bench"]),
        Part("style", [str(BIN / "ruff"), "check", "."]),
        Part("format", [str(BIN / "ruff"), "format", "--check", "."]),
        Part("templates, form", [str(BIN / "djhtml"), "--tabwidth", "2", "--check", "tongban"]),
        Part("templates, style", [str(BIN / "djlint"), "--lint", "--quiet", "tongban"]),
        Part("laws of imports", [str(BIN / "lint-imports")]),
    ]


def tested(name: str, marks: str, *more: str, **environment: str) -> Part:
    command = [str(BIN / "pytest"), "-m", marks, "-o", "faulthandler_timeout=240", "--durations=10", *more]
    return Part(name, command, environment)


def summary(outcomes: Sequence[Outcome], seconds: float) -> int:
    """Print what came of everything; return the exit code."""
    failed = [outcome.part.name for outcome in outcomes if outcome.code]
    counting = [outcome for outcome in outcomes if outcome.part.counts]
    print(f"\n{'part':<29}seconds")
    for outcome in outcomes:
        print(f"{'failed' if outcome.code else 'ok':<7}{outcome.part.name:<22}{outcome.seconds:7.1f}")
    print(f"{'all':<29}{seconds:7.1f}\n")
    print(f"failed: {', '.join(failed)}" if failed else "everything passed")
    totals: Counter[str] = Counter()
    for outcome in counting:
        totals += outcome.totals
        print(f"pytest {outcome.part.name}: {words(outcome.totals)}")
    longest = sorted((one for outcome in counting for one in outcome.longest), reverse=True)[:LONGEST]
    print(*(f"{seconds:7.1f} s  {test}" for seconds, test in longest), sep="\n")
    if counting:
        print(f"pytest in all: {words(totals)} in {sum(outcome.seconds for outcome in counting):.2f}s")
    return 1 if failed else 0


def words(totals: Counter[str]) -> str:
    order = ["failed", "error", "passed", "skipped", "xfailed", "xpassed"]
    return ", ".join(f"{totals[word]} {word}" for word in order if totals[word]) or "no tests"


@contextmanager
def stopping(runner: Runner) -> Iterator[None]:
    """End everything that was started, whatever happens."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        runner.stop()


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in WHAT:
        sys.exit(f"usage: python tools/check.py {'|'.join(WHAT)}")
    started = time.monotonic()
    runner = Runner()
    with stopping(runner):
        WHAT[sys.argv[1]](runner)
    return summary(runner.outcomes, time.monotonic() - started)


def lint(runner: Runner) -> None:
    runner.run([laws(), *lint_parts()], side_by_side=SIDE_BY_SIDE)


def reached(runner: Runner) -> None:
    """Run lint, and the fast tests that what changed since main can reach."""
    files = reach.changed()
    places = reach.tests(files, reach.graph())
    print(f"changed: {len(files)} files; reached: {' '.join(places) or 'only the laws'}\n", flush=True)
    tests = [tested("reached", FAST, *places, "--ignore=tests/laws")] if places else []
    runner.run([laws(), *tests, *lint_parts()], side_by_side=SIDE_BY_SIDE)


def laws() -> Part:
    return tested("laws", FAST, "tests/laws")


def everything(runner: Runner) -> None:
    """Run the long parts first, so that both cores are busy to the end."""
    with throw_away_server() as postgresql, tempfile.TemporaryDirectory(prefix="tongban-prepared-") as prepared:
        houses = {"TONGBAN_TEST_POSTGRESQL": postgresql, "TONGBAN_TEST_PREPARED": prepared}
        runner.run(
            [
                tested(
                    "PostgreSQL, backwards",
                    FAST,
                    "--asking",
                    "--reverse",
                    "--ignore=tests/laws",  # the same on either, but for plans
                    TONGBAN_DATABASE=postgresql,
                ),
                tested("slow", "slow and not journey", "--ignore=tests/faults", **houses),
                tested("SQLite, most rooms", FAST, *(f"--ignore={room}" for room in LARGEST)),
                tested("SQLite, largest rooms", FAST, *LARGEST),
                tested("faults", "slow", "tests/faults", **houses),
                tested("main journey", "journey", MAIN_JOURNEY, **houses),
                tested("other journeys", "journey", f"--ignore={MAIN_JOURNEY}", **houses),
                # Plans are the database's own; this part has a database of its own, beside the other one.
                tested(
                    "plans, PostgreSQL",
                    "not journey",
                    "tests/laws/test_plans.py",
                    TONGBAN_DATABASE=f"{postgresql}_plans",
                ),
                *lint_parts(),
            ],
            side_by_side=SIDE_BY_SIDE,
        )


WHAT = {"lint": lint, "reached": reached, "all": everything}

if __name__ == "__main__":
    raise SystemExit(main())
