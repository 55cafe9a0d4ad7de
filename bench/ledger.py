"""Moves of the ledger on PostgreSQL as it is shipped: one a transaction, and a hundred together."""

from bench.figures import Report
from bench.house import founded

SECONDS, THREADS, RUNS = 6, 4, 3


def run(report: Report) -> None:
    with founded("postgresql") as made:
        single = [made.inside("ledger", SECONDS, THREADS, 1) for _run in range(RUNS)]
        together = [made.inside("ledger", SECONDS, THREADS, 100) for _run in range(RUNS)]
    report.add("ledger.moves_alone", [one["moves"] / one["seconds"] for one in single], "moves/s")
    report.add("ledger.moves", [one["moves"] / one["seconds"] for one in together], "moves/s", ">= 1000")
    report.add("ledger.wrong", sum(len(one["wrong"]) for one in [*single, *together]), "accounts", "= 0")
