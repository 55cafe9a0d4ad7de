"""Issue licences in the worker: as PDF with a PAdES seal, and as OFD with an SM2 seal, both with a time stamp.

One process on PostgreSQL, as one worker is; `issuing` measures the whole that follows from a yes, beside readers.
"""

from bench.figures import Report
from bench.house import founded
from bench.load import percentile

RUNS, LICENCES = 3, 40


def run(report: Report) -> None:
    with founded("postgresql") as made:
        turns = [made.inside("papers", LICENCES, turn) for turn in range(RUNS)]
    for kind in ("pdf", "ofd"):
        report.add(f"papers.{kind}.rate", [LICENCES / sum(turn[kind]) for turn in turns], "1/s", ">= 10")
        report.add(f"papers.{kind}.p95", [percentile(turn[kind], 95) for turn in turns], "ms")
        report.add(f"papers.{kind}.processor", [turn["processor"][kind] for turn in turns], "ms")
