"""Tell what the replay of the permit log found, as the page docs/replay.md."""

# ruff: noqa: E501 (the lines are those of the page)

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

Found = Mapping[str, Any]
HEAD = """# Replay of real permit cases

Real procedures break on what nobody thought of. So a public log of real cases was mapped to a process of ours and walked through it, each step at its own time:
{traces:,} cases and {events:,} activities of the receipt phase of an environmental permit in a Dutch municipality, 2010 to 2012 (CoSeLoG project; Buijs, 4TU.ResearchData). The log is not in
this repository; `python -m bench replay` looks for it beside the checkout, or where `PERMIT_LOG` says, and writes this page anew.

How: `bench/permits/xes.py` reads the log, `mapping.toml` says which activity is which task of our process (`definition/environmental-permit-receipt`), `lines.py` writes what an
older system would hand over, and `cases.take_over` ([taking over](operating/taking-over.md)) lets every case go its way: record, process, clocks, lists, nothing sent. The process
is drawn from what the activities are for, not mined: two branches side by side, each with a way back.

```
            ┌▶ check ─▶ settle ─▶ send ───────────────────────────────────┐
accepted ─▶ │    ▲──── adjust ◀┘ (from both)                              ├─▶ approve
            └▶ need ◀─▶ advice …   need ─▶ stop ─┬────────────────────────┤
                                                 └▶ draft ─▶ examine ◀─▶ revise … fix ─▶ print
```

The log says what was done, not what came of it: a task ends with “fail” where the way back follows in its branch. Its start is the submission, “Confirmation of receipt” the
acceptance, its end the forwarding to whoever decides; a case whose document X was printed needs no permit and is terminated. Where the log notes the end before the last activity
(145 cases, mostly by seconds), the activity counts.
"""


def page(found: Found) -> str:
    return "\n".join([HEAD.format(**found), _fit(found), _clock(found), _mining(found), _durations(found)])


def _fit(found: Found) -> str:
    fitted = found["traces"] - len(found["wrong"])
    kinds = Counter(_kind(sentence) for _number, sentence in found["wrong"])
    reasons = "".join(f"| {kind} | {number} |\n" for kind, number in kinds.most_common())
    cases = "; ".join(f"{number}: {sentence}" for number, sentence in found["wrong"])
    states = ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in sorted(found["states"].items()))
    opened = ", ".join(f"{key} {number}" for key, number in sorted(found["open"].items(), key=lambda one: -one[1]))
    return f"""## What fitted

{fitted:,} of {found["traces"]:,} cases ({100 * fitted / found["traces"]:.1f} %) went through from their first step to their last; {found["steps_taken"]:,} steps in {found["seconds"]:.0f} s on SQLite.
They stand: {states}. Whatever did not end in the log lies on a desk now, at the task that comes next: {opened}.
`cases rebuild` finds {found["differences"]} differences.

## What did not fit

| why | cases |
|---|---|
{reasons}
Each by itself, as the report of the import says it: {cases}

None of them is a fault of the engine: in the log somebody did twice what our process asks for once, skipped a step, or wrote down times that cannot be. At a desk of this house
the step would not have been offered.
"""


def _kind(sentence: str) -> str:
    if re.search("早于|before", sentence):
        return "the log's times go backwards"
    return "a task was done again, or out of turn, that our process has not opened then"


def _clock(found: Found) -> str:
    due = found["due"]
    rows = "".join(f"| {days} | {number} |\n" for days, number in due["moved"])
    return f"""## The clock

To {sum(number for _days, number in due["moved"])} cases the log gives eight weeks from their start, to {due["other"]} another limit or none. Our definition has the same eight weeks (56 calendar days), but from
acceptance, and moves a last day past a day off. So ours is later by the days until the confirmation, and by this many more:

| moved past a day off, days | cases |
|---|---|
{rows}
{due["silent"]} of the cases were confirmed more than five working days after their start. Here the law would have held them accepted by then; the import keeps what happened.
"""


def _mining(found: Found) -> str:
    equal = sum(arc[2] == arc[3] for arc in found["arcs"])
    ways = "".join(f"| {cases} | {_lasted(median)} | {' → '.join(steps)} |\n" for steps, cases, median in found["most"])
    return f"""## Compared with the process mining of supervision

What [oversight](rooms/oversight.md) mines from the cases is what the log says: {equal} of {len(found["arcs"])} arcs are followed exactly as often, and there are {found["ways"]["mined"]} ways in the cases and {found["ways"]["log"]} in the log.
The ten most frequent:

| cases | median | way |
|---|---|---|
{ways}"""


def _durations(found: Found) -> str:
    steps = "".join(
        f"| `{key}` | {title} | {times} | {cases} | {repeated} |\n"
        for key, title, times, cases, repeated in found["steps"]
    )
    arcs = "".join(
        f"| `{source}` → `{target}` | {times} | {_lasted(log)} | {_lasted(mined)} |\n"
        for source, target, times, _there, log, mined in found["arcs"][:25]
    )
    return f"""## How often and how long

| step | | times | cases | cases with it more than once |
|---|---|---|---|---|
{steps}
The time between two steps, the 25 most frequent; counted from the log, and mined from the cases:

| arc | times | median, log | median, mined |
|---|---|---|---|
{arcs}"""


def _lasted(seconds: float | None) -> str:
    if seconds is None:
        return "—"
    if seconds < 3600:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 86400 else f"{seconds / 86400:.1f} d"
