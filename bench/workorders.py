"""Work orders on PostgreSQL: the desk's list over a million of them, narrowed; and how fast new ones are raised.

Sixteen clients read the list: all that are open, one state, one kind, what is late, what is over. Raising is measured
inside, in four threads: the verb with its dispatch, its task in the to-do list and its facts in one transaction.
"""

from bench.figures import Report, say
from bench.house import house
from bench.load import wrk

ORDERS = 1_000_000
RUNS, SECONDS, RAISE_SECONDS, THREADS = 3, 5, 6, 4
LISTS = {
    "open": "",
    "state": "?state=accepted",
    "kind": "?kind=repair",
    "late": "?late=over",
    "over": "?state=over",
}


def run(report: Report) -> None:
    with house("postgresql") as made:
        raised = [made.inside("workorders", "raise", RAISE_SECONDS, THREADS) for _run in range(RUNS)]
        report.add("workorders.raised", [one["orders"] / one["seconds"] for one in raised], "1/s", ">= 150")
        say(f"loading {ORDERS} orders")
        there = made.inside("workorders", "load", ORDERS)
        report.add("workorders.orders", there["orders"], "orders", f">= {ORDERS}")
        report.add("workorders.open", there["open"], "orders")
        for name, asked in LISTS.items():
            paths = [(f"/desk/workorders/{asked}", key) for key in there["officials"]]
            wrk(made.address, paths, clients=4, seconds=2)
            many = [wrk(made.address, paths, clients=16, seconds=SECONDS) for _run in range(RUNS)]
            report.add(f"workorders.{name}.rate", [load.rate for load in many], "1/s", ">= 200")
            report.add(f"workorders.{name}.errors", sum(load.errors for load in many), "errors", "= 0")
