"""Measure: `python -m bench` for everything, `python -m bench NAME…` for some of it.

Each figure is one line NAME VALUE UNIT on standard output; bench/latest.json keeps them with their spread.
"""

import os
import sys
from importlib import import_module

from bench.figures import Report, say

# From the quickest to the one that loads a million cases.
BENCHMARKS = (
    "search",
    "replay",
    "ledger",
    "gateway",
    "sensing",
    "start",
    "pages",
    "signing_in",
    "single_sign_on",
    "verifying",
    "papers",
    "submit",
    "bundles",
    "interface",
    "reports",
    "issuing",
    "completing",
    "lists",
    "register",
    "workorders",
    "city",
)


def main() -> None:
    wanted = sys.argv[1:] or list(BENCHMARKS)
    if unknown := [name for name in wanted if name not in BENCHMARKS]:
        raise SystemExit(f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}")
    say(f"load before the first: {os.getloadavg()[0]:.1f}; other work on this machine makes every figure worse")
    report = Report()
    try:
        for name in wanted:
            say(f"── {name} ──")
            report.time(name, import_module(f"bench.{name}").run)
    finally:
        report.write(benchmarks=sys.argv[1:])


if __name__ == "__main__":
    main()
