"""Issue sealed licences in the worker while people read a guide, on PostgreSQL.

The worker does everything that follows from a yes: the decision as a sealed letter, the licence as a sealed PDF with
its entry in the register, the notices. A hundred times a second somebody asks for a guide, over eight connections.

steady    licences are asked for at a steady rate, a little above the one that is wanted; the time the page takes is
          compared with the time it takes beside an idle worker just before
burst     fifty are asked for at once: how many the worker makes in a second, and what pages notice of that
control   no licences; a bare loop keeps one processor busy and steps back as the worker does: what this machine's pages
          notice of any work beside them

These take turns. What the page's time grows by is told of all turns together: a turn of some seconds has forty requests
above its 95th percentile, and two turns of the same kind differ by more than what is looked for.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain

import psycopg

from bench.figures import Report
from bench.house import ROOT, House, founded
from bench.load import Browser, percentile

RUNS, LICENCES = 8, 50
STEADY = 6  # a second
RATE, CONNECTIONS, IDLE_SECONDS = 100, 8, 8
PAGE = "/catalogue/guide/food-business/"
MAX_SECONDS = 120
COUNT = "SELECT count(*) FROM licences_licence WHERE state = 'valid' AND subject = ANY(%s)"


def run(report: Report) -> None:
    with founded("postgresql") as made:
        lanes = made.inside("decided", 2 * LICENCES * RUNS)
        made.start()
        try:
            measure(report, made, lanes)
        finally:
            made.stop()


def measure(report: Report, made: House, lanes: list[str]) -> None:
    """Let the kinds take turns; a list of times is one turn's, in seconds."""
    times: dict[str, list[list[float]]] = {"idle": [], "control": [], "steady": [], "burst": []}
    rates: dict[str, list[float]] = {"steady": [], "burst": []}
    read(made, lambda: time.sleep(2))
    with psycopg.connect(made.database, autocommit=True) as connection:
        for _turn in range(RUNS):
            times["idle"].append(read(made, lambda: time.sleep(IDLE_SECONDS)))
            with looping(made):
                times["control"].append(read(made, lambda: time.sleep(IDLE_SECONDS)))
            for kind, rate in (("steady", STEADY), ("burst", None)):
                mine, lanes = lanes[:LICENCES], lanes[LICENCES:]
                took: list[float] = []
                times[kind].append(read(made, partial(issue, connection, mine, rate, took)))
                rates[kind].append(len(mine) / took[0])
                time.sleep(2)  # notices that follow
    for kind, turns in times.items():
        if kind in rates:
            report.add(f"issue.{kind}.rate", rates[kind], "1/s", ">= 5")
        report.add(f"issue.{kind}.guide.p95", [percentile(turn, 95) for turn in turns], "ms")
        if kind != "idle":
            growth = 100 * (percentile([*chain(*turns)], 95) / percentile([*chain(*times["idle"])], 95) - 1)
            report.add(f"issue.{kind}.guide.growth", growth, "%", "< 30" if kind == "steady" else "")


@contextmanager
def looping(made: House) -> Iterator[None]:
    """Keep one processor busy with nothing."""
    loop = subprocess.Popen(
        [sys.executable, "-m", "bench.inside.loop"], cwd=ROOT, env=made.environment, stdout=subprocess.PIPE
    )
    try:
        assert loop.stdout
        assert loop.stdout.readline() == b"stepped back\n"
        yield
    finally:
        loop.kill()
        loop.wait()


def issue(connection: psycopg.Connection, lanes: list[str], rate: float | None, took: list[float]) -> None:
    """Do what `issued` does, and note the seconds."""
    took.append(issued(connection, lanes, rate))


def issued(connection: psycopg.Connection, lanes: list[str], rate: float | None) -> float:
    """Let the worker begin with these cases, so many a second; return the seconds until each has its licence."""
    began = time.perf_counter()
    for number, lane in enumerate(lanes):
        time.sleep(max(0.0, began + number / rate - time.perf_counter()) if rate else 0)
        connection.execute("UPDATE jobs_job SET due_at = now() WHERE lane = %s AND state = 'due'", [lane])
    while time.perf_counter() - began < MAX_SECONDS:
        found = connection.execute(COUNT, [lanes]).fetchone()
        if found and found[0] == len(lanes):
            return time.perf_counter() - began
        time.sleep(0.1)
    raise SystemExit("the licences were not issued in time")


def read(made: House, meanwhile: Callable[[], None]) -> list[float]:
    """Ask for the page at a steady rate while something happens; return how many seconds each answer took."""
    took: list[float] = []
    over = threading.Event()

    def ask(number: int) -> None:
        browser = Browser(made.address)
        due = time.perf_counter() + number / RATE
        while not over.is_set():
            time.sleep(max(0.0, due - time.perf_counter()))
            # Counted from when it was due: a server that makes people wait does not get fewer of them.
            assert browser.get(PAGE).status == 200
            took.append(time.perf_counter() - due)
            due += CONNECTIONS / RATE
        browser.close()

    threads = [threading.Thread(target=ask, args=[number]) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    try:
        meanwhile()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return took
