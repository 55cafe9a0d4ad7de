"""Issuing sealed licences beside people who read: how many a second, and how much slower a page becomes."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.figures import Report
from bench.house import house
from bench.load import wrk

CLIENTS = 4
SECONDS = 10
RUNS = 3
GUIDE = [("/catalogue/guide/food-business/", "")]


def run(report: Report) -> None:
    alone, beside, rates = [], [], []
    with house("postgresql") as made:
        wrk(made.address, GUIDE, clients=CLIENTS, seconds=2)
        made.inside("issue", 2)
        for _turn in range(RUNS):
            alone.append(wrk(made.address, GUIDE, clients=CLIENTS, seconds=SECONDS).p95)
            with ThreadPoolExecutor(1) as pool:
                issuing = pool.submit(made.inside, "issue", SECONDS + 4)
                beside.append(wrk(made.address, GUIDE, clients=CLIENTS, seconds=SECONDS).p95)
                found: Any = issuing.result()
            rates.append(found["issued"] / found["seconds"])
    report.add("issuing.rate", rates, "1/s", ">= 5")
    report.add("issuing.guide_p95_alone", alone, "ms")
    report.add("issuing.guide_p95_beside", beside, "ms")
    growth = [(after / before - 1) * 100 for before, after in zip(alone, beside, strict=True)]
    report.add("issuing.guide_p95_growth", growth, "%", "< 30")
