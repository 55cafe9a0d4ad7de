"""Write the traces of the permit log as an older system would hand them over: docs/operating/taking-over.md."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from bench.permits import MAPPING
from bench.permits.xes import XesEvent, XesTrace

SYSTEM = "许可日志"
SERVICE = "environmental-permit-receipt"
HEAD = {"format": "tongban-cases", "version": 1, "system": SYSTEM}


def mapping() -> Mapping[str, Any]:
    return tomllib.loads(MAPPING.read_text())


def lines(traces: Iterable[XesTrace], *, applicant: str) -> Iterator[str]:
    """Yield the file, line by line. applicant: number of an invented party, for the log names none."""
    known = mapping()
    yield json.dumps(HEAD, ensure_ascii=False)
    for trace in traces:
        case = {"number": trace.name, "service": SERVICE, "applicant": applicant, "steps": steps(trace, known)}
        yield json.dumps(case, ensure_ascii=False)


def steps(trace: XesTrace, known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what happened in a trace as steps of a case."""
    begun = trace.moment(known["submitted"]) or trace.events[0].at
    found = [_step("submitted", begun, trace.values.get("responsible", ""))]
    for number, event in enumerate(trace.events):
        if event.activity == known["accepted"]:
            found.append(_step("accepted", event.at, event.resource, office=event.group))
        else:
            found.append(_opinion(event, trace.events[number + 1 :], known["activity"]))
    closed = trace.moment(known["closed"])
    if closed:
        # Where the log notes the end before its last activity, mostly by seconds, the activity counts.
        found.append(_ending(trace, max(closed, trace.events[-1].at), known))
    return found


def way(trace: XesTrace, known: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the way of a trace in the words of our process, as process mining shows it."""
    return tuple(step.get("task", step["step"]) for step in steps(trace, known))


def _opinion(event: XesEvent, later: Iterable[XesEvent], activities: Mapping[str, Any]) -> dict[str, Any]:
    mapped = activities[event.activity]
    following = (activities[one.activity] for one in later)
    after = next((one["task"] for one in following if one["branch"] == mapped["branch"]), "")
    outcome = "fail" if after in mapped.get("fail_when", ()) else "pass"
    said = {"task": mapped["task"], "outcome": outcome, "opinion": event.activity, "office": event.group}
    return _step("opinion_given", event.at, event.resource, **said)


def _ending(trace: XesTrace, closed: datetime, known: Mapping[str, Any]) -> dict[str, Any]:
    who = trace.values.get("responsible", "")
    if any(event.activity == known["not_needed"] for event in trace.events):
        return _step("terminated", closed, who, cause="other", opinion=known["not_needed"])
    return _step("forwarded", closed, who, to_office=known["next_office"])


def _step(kind: str, at: datetime, actor: str, **said: str) -> dict[str, Any]:
    return {"step": kind, "at": at.isoformat(), "actor": actor, **said}
