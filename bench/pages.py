"""Pages anyone may see, asked anonymously through all middlewares: a guide, the hall's start page."""

from bench.figures import Report
from bench.house import house
from bench.load import wrk

CLIENTS = 16
RUNS = 3
SECONDS = 6
PAGES = {
    "guide": ([("/catalogue/guide/food-business/", "")], ">= 400"),
    "hall": ([("/", "")], ">= 500"),
}


def run(report: Report) -> None:
    for kind in ("postgresql", "sqlite"):
        with house(kind) as made:
            for name, (paths, goal) in PAGES.items():
                wrk(made.address, paths, clients=CLIENTS, seconds=2)
                loads = [wrk(made.address, paths, clients=CLIENTS, seconds=SECONDS) for _turn in range(RUNS)]
                report.add(f"{name}.{kind}.rate", [load.rate for load in loads], "1/s", goal)
                report.add(f"{name}.{kind}.p95", [load.p95 for load in loads], "ms")
                report.add(f"{name}.{kind}.errors", sum(load.errors for load in loads), "errors", "= 0")
