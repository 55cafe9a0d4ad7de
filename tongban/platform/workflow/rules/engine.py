"""Move tokens through a graph: which tasks open next, which branch is chosen, whether the end is reached.

Each of these takes a marking and gives another; nothing is kept here, and nothing happens twice: what is not waited
for raises. The graph is sound (see `soundness`), so a flow never carries two tokens and an end leaves nothing behind.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tongban.platform.workflow.rules import places
from tongban.platform.workflow.rules.graphs import Graph
from tongban.platform.workflow.rules.marking import Marking, Transition, awaited
from tongban.platform.workflow.rules.running import Endless, Run, TooMany
from tongban.platform.workflow.rules.timers import Moment
from tongban.platform.workflow.rules.tokens import Decide

__all__ = [
    "Decide",
    "Endless",
    "Marking",
    "NotOpen",
    "NotWaiting",
    "TooMany",
    "Transition",
    "advance",
    "begin",
    "fail",
    "finish",
    "fire",
    "pause",
    "receive",
    "recount",
    "resume",
]


class NotOpen(ValueError):
    """The task is not open in this marking."""


class NotWaiting(ValueError):
    """Nothing waits for this in this marking: a message, a timer, the work of a service."""


def begin(graph: Graph, data: Mapping[str, Any], decide: Decide, moment: Moment | None = None) -> Transition:
    """Start a process: run from the start event to the first tasks, or let its timer begin."""
    run = Run(graph, Marking(), data, decide, moment)
    run.enter_scope("", "")
    return run.settle()


def advance(
    graph: Graph,
    marking: Marking,
    task: str,
    outcome: str,
    data: Mapping[str, Any],
    decide: Decide,
    moment: Moment | None = None,
    brought: Mapping[str, Any] | None = None,
) -> Transition:
    """Finish the open task at a place with an outcome. Raises NotOpen.

    brought   data that comes with it
    """
    if task not in marking.open:
        raise NotOpen(task)
    run = Run(graph, marking, data, decide, moment)
    for name, value in (brought or {}).items():
        run.keep(places.scope_of(task), name, value)
    run.finish_task(task, outcome)
    return run.settle()


def fire(
    graph: Graph, marking: Marking, place: str, data: Mapping[str, Any], decide: Decide, moment: Moment | None = None
) -> Transition:
    """Let the timer of the event at a place pass. Raises NotWaiting."""
    if place not in marking.timers:
        raise NotWaiting(place)
    run = Run(graph, marking, data, decide, moment)
    run.happen(place)
    return run.settle()


def receive(
    graph: Graph,
    marking: Marking,
    message: str,
    key: str | None,
    data: Mapping[str, Any],
    decide: Decide,
    moment: Moment | None = None,
    brought: Mapping[str, Any] | None = None,
) -> Transition:
    """Bring a message to the first place that waits for it. Raises NotWaiting.

    key       the value by which it finds its place, where one is asked for
    brought   data that comes with it
    """
    for wait in awaited(graph, marking):
        if wait.message == message and wait.key in {None, key}:
            run = Run(graph, marking, data, decide, moment)
            for name, value in (brought or {}).items():
                run.keep(places.scope_of(wait.place), name, value)
            run.happen(wait.place)
            return run.settle()
    raise NotWaiting(message)


def finish(
    graph: Graph,
    marking: Marking,
    place: str,
    answer: Any,
    data: Mapping[str, Any],
    decide: Decide,
    moment: Moment | None = None,
) -> Transition:
    """Go on after a service has done its work; its answer is data under its id. Raises NotWaiting."""
    run = _of_service(graph, marking, place, data, decide, moment)
    run.waits.remove(place)
    run.keys.pop(place, None)
    run.finish_activity(place, answer)
    return run.settle()


def fail(
    graph: Graph,
    marking: Marking,
    place: str,
    code: str,
    data: Mapping[str, Any],
    decide: Decide,
    moment: Moment | None = None,
) -> Transition | None:
    """Let a service fail with an error that the drawing may catch; None where it does not. Raises NotWaiting."""
    run = _of_service(graph, marking, place, data, decide, moment)
    return run.settle() if run.raise_to(place, code, "error") else None


def recount(
    graph: Graph, marking: Marking, data: Mapping[str, Any], decide: Decide, moment: Moment | None = None
) -> Marking:
    """Count every timer anew from the day it began, because the calendar is another one now. Raises NoMoment."""
    run = Run(graph, marking, data, decide, moment)
    run.recount()
    return replace(marking, timers=run.timers)


def pause(marking: Marking, now: datetime) -> Marking:
    """Let time stand still: no timer passes, and those that begin meanwhile do not run either."""
    return marking if marking.paused else replace(marking, paused=now.isoformat())


def resume(
    graph: Graph, marking: Marking, data: Mapping[str, Any], decide: Decide, moment: Moment | None = None
) -> Marking:
    """Let time run again; every timer is put off by what it lost. Raises NoMoment."""
    if not marking.paused:
        return marking
    run = Run(graph, marking, data, decide, moment)
    run.resume()
    return replace(marking, timers=run.timers, paused="")


def _of_service(
    graph: Graph, marking: Marking, place: str, data: Mapping[str, Any], decide: Decide, moment: Moment | None
) -> Run:
    if place not in marking.waits or graph.nodes[places.key_of(place)].type != "service":
        raise NotWaiting(place)
    return Run(graph, marking, data, decide, moment)
