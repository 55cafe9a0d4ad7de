"""Issue sealed licences in the worker while people read a guide, on PostgreSQL.

The worker does everything that follows from a yes: the decision as a sealed letter, the licence as a sealed PDF with
its entry in the register, the notices. A hundred times a second somebody asks for a guide, over eight connections;
the time this takes is compared between stretches with an idle worker and stretches with a busy one, in turn.
"""

import threading
import time

import psycopg

from bench.figures import Report
from bench.house import House, founded
from bench.load import Browser, percentile

RUNS, LICENCES = 3, 50
RATE, CONNECTIONS, IDLE_SECONDS = 100, 8, 8
PAGE = "/catalogue/guide/food-business/"
LONGEST_SECONDS = 120
COUNT = "SELECT count(*) FROM licences_licence WHERE state = 'valid' AND subject = ANY(%s)"


def run(report: Report) -> None:
    with founded("postgresql") as made:
        lanes = made.inside("decided", LICENCES * RUNS)
        made.start()
        try:
            measure(report, made, lanes)
        finally:
            made.stop()


def measure(report: Report, made: House, lanes: list[str]) -> None:
    idle, busy, rates = [], [], []
    read(made, lambda: None, 2)
    with psycopg.connect(made.database, autocommit=True) as connection:
        for turn in range(RUNS):
            mine = lanes[turn * LICENCES : (turn + 1) * LICENCES]
            idle.append(read(made, lambda: time.sleep(IDLE_SECONDS)))
            took: list[float] = []
            busy.append(read(made, lambda mine=mine, took=took: took.append(issued(connection, mine))))
            rates.append(len(mine) / took[0])
            time.sleep(2)  # notices that follow
    report.add("issue.rate", rates, "1/s", ">= 5")
    report.add("issue.guide.idle.p95", idle, "ms")
    report.add("issue.guide.busy.p95", busy, "ms")
    report.add("issue.guide.growth", [100 * (b / i - 1) for b, i in zip(busy, idle, strict=True)], "%", "< 30")


def issued(connection: psycopg.Connection, lanes: list[str]) -> float:
    """Let the worker begin with these cases; return the seconds until each has its licence."""
    connection.execute("UPDATE jobs_job SET due_at = now() WHERE lane = ANY(%s) AND state = 'due'", [lanes])
    began = time.perf_counter()
    while time.perf_counter() - began < LONGEST_SECONDS:
        found = connection.execute(COUNT, [lanes]).fetchone()
        if found and found[0] == len(lanes):
            return time.perf_counter() - began
        time.sleep(0.1)
    raise SystemExit("the licences were not issued in time")


def read(made: House, meanwhile: object, seconds: float = 0) -> float:
    """Ask for the page at a steady rate while something happens; return the 95th percentile in milliseconds."""
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
        meanwhile() if callable(meanwhile) else None
        time.sleep(seconds)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return percentile(took, 95)
