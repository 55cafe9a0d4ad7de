"""replay LOG: take the cases of the permit log over, as an older system would hand them over; print what came of it.

Prints {"traces", "events", "seconds", "wrong": [[number, sentence]], "states", "open", "arcs", "steps", "ways",
"differences", "due"}; the definition is published in the house under measure, for this alone.
"""

import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone, translation

import bench.inside  # noqa: F401
from bench.inside import cast
from bench.permits import DEFINITION
from bench.permits.lines import SERVICE, lines, mapping, steps
from bench.permits.xes import XesTrace, read
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Takeover
from tongban.platform.cases.services import mining
from tongban.platform.catalogue import services as catalogue
from tongban.platform.codes import services as codes
from tongban.platform.parties import services as parties
from tongban.platform.workflow.models import Task

Arc = tuple[str, str]
WEEKS_DAYS, WINDOW_DAYS = 56, 5


def main(log: Path) -> None:
    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=DEFINITION).version)
    _account, firm = cast.company(0)
    traces = list(read(log))
    began = time.perf_counter()
    done = list(cases.take_over(lines=lines(traces, applicant=parties.shown_number(firm))))
    seconds = time.perf_counter() - began
    wrong = {line.number: line.reason for line in done if line.outcome == "wrong"}
    taken = [trace for trace in traces if trace.name not in wrong]
    mined = mining.mined(service=SERVICE, first=date(2000, 1, 1), last=date(2100, 1, 1), reach=Q())
    found = {
        "traces": len(traces),
        "events": sum(len(trace.events) for trace in traces),
        "steps_taken": sum(len(steps(trace, mapping())) for trace in taken),
        "seconds": round(seconds, 1),
        "wrong": sorted(wrong.items()),
        "states": dict(Case.objects.filter(takeover__isnull=False).values_list("state").annotate(Count("pk"))),
        "open": dict(Counter(Task.objects.open().filter(topic=SERVICE).values_list("key", flat=True))),
        "differences": len(list(cases.all_differences())),
        "due": due(taken),
        "ways": {"mined": mined.all_ways, "log": len({tuple(words(trace)) for trace in taken})},
        "most": [[list(way.steps), way.cases, way.median.total_seconds()] for way in mined.ways[:10]],
        "steps": [[step.key, step.title, step.times, step.cases, step.repeated] for step in mined.steps],
        "arcs": arcs(taken, mined),
    }
    print(json.dumps(found, ensure_ascii=False))


def words(trace: XesTrace) -> list[str]:
    return [str(step.get("task", step["step"])) for step in steps(trace, mapping())]


def arcs(taken: Iterable[XesTrace], mined: mining.MinedProcess) -> list[list[Any]]:
    """Return each arc with its times and its median in seconds: counted here from the log, and mined from the cases."""
    counted: dict[Arc, list[float]] = {}
    for trace in taken:
        done = [(str(step.get("task", step["step"])), step["at"]) for step in steps(trace, mapping())]
        for (source, at), (target, after) in pairwise(done):
            lasted = datetime.fromisoformat(after) - datetime.fromisoformat(at)
            counted.setdefault((source, target), []).append(lasted.total_seconds())
    known = {(arc.source, arc.target): arc for arc in mined.arcs}
    found = []
    for arc, times in sorted(counted.items(), key=lambda one: -len(one[1])):
        there = known.get(arc)
        medians = statistics.median(times), there.median.total_seconds() if there else None
        found.append([*arc, len(times), there.times if there else 0, *medians])
    return found


def due(taken: Iterable[XesTrace]) -> dict[str, Any]:
    """Compare the last day by our clock with the one that the log gives: both count eight weeks, from another day.

    "moved": days by which ours lies after the eighth week after acceptance, where that ended on a day off, with how
    many cases; "other": cases to which the log gives another limit; "silent": how many were confirmed after the
    window's days, which the law holds accepted before
    """
    rows = Takeover.objects.values_list(
        "number", "case__accepted_on", "case__statutory_due_on", "case__received_on", named=True
    )
    known: dict[str, Any] = {row.number: row for row in rows}
    calendar = codes.calendar()
    moved: Counter[int] = Counter()
    other = silent = 0
    for trace in taken:
        row, begun, theirs = known[trace.name], trace.moment("startdate"), trace.moment("deadline")
        silent += row.case__accepted_on > calendar.add(row.case__received_on, WINDOW_DAYS)
        if begun and theirs and (theirs.date() - begun.date()).days == WEEKS_DAYS:
            later = (row.case__accepted_on - timezone.localtime(begun).date()).days
            moved[(row.case__statutory_due_on - theirs.date()).days - later] += 1
        else:
            other += 1
    return {"moved": sorted(moved.items()), "other": other, "silent": silent}


with translation.override("en"):
    main(Path(sys.argv[1]))
