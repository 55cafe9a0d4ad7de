"""Replay the real permit cases: 1,434 cases of a municipality, taken over step by step at their own times.

Skipped with a sentence where the log is not beside this checkout. `python -m bench replay` also writes docs/replay.md
anew, from what it found.
"""

from bench.figures import Report, say
from bench.house import ROOT, founded
from bench.permits import ABSENT, LOG
from bench.permits.telling import page


def run(report: Report) -> None:
    if not LOG.exists():
        say(f"    {ABSENT}")
        return
    with founded("sqlite") as made:
        found = made.inside("replay", LOG)
    fitted = found["traces"] - len(found["wrong"])
    report.add("replay.cases", fitted, "cases", ">= 1400")
    report.add("replay.differences", found["differences"], "fields", "= 0")
    report.add("replay.arcs_that_differ", sum(arc[2] != arc[3] for arc in found["arcs"]), "arcs", "= 0")
    report.add("replay.rate", found["steps_taken"] / found["seconds"], "steps/s")
    (ROOT / "docs" / "replay.md").write_text(page(found))
