"""Whether the people of a city can keep apart what a definition keeps apart.

Who accepted or gave an opinion does not decide (`separation`), a definition keeps more tasks apart, and two officers
are two. That is a colouring of tasks with people: each task has one who is able, neighbours have different ones.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from tongban.platform.cases.rules.separation import APART, ONE_FOR_ALL

# Kind of what somebody did -> kinds of tasks by which they do it.
DONE_BY = {"accepted": ("accept",), "opinion_given": ("review", "inspect")}
SECOND = "#2"


class StaffedTask(NamedTuple):
    """A task of a process, as far as it matters who does it.

    apart      ids of tasks that another person must have done
    officers   how many do it together
    """

    id: str
    kind: str
    apart: tuple[str, ...] = ()
    officers: int = 1


def kept_apart(tasks: Collection[StaffedTask], *, one_for_all: bool) -> frozenset[tuple[str, str]]:
    """Return the pairs of tasks that one person must not do both. one_for_all: as for `separation.why_apart`."""
    pairs: set[tuple[str, str]] = set()
    for task in tasks:
        pairs |= {(task.id, other) for other in task.apart}
        whys = [why for why in APART.get(task.kind, ()) if not (one_for_all and why in ONE_FOR_ALL)]
        kinds = {kind for why in whys for kind in DONE_BY.get(why, ())}
        pairs |= {(task.id, other.id) for other in tasks if other.kind in kinds}
        if task.officers > 1:
            pairs.add((task.id, task.id + SECOND))
    return frozenset(pairs)


def shortage(able: Mapping[str, Collection[int]], apart: Iterable[tuple[str, str]]) -> list[str]:
    """Return tasks that those who are able cannot do without one doing two that are kept apart; [] where they can.

    able   task -> who may do it. A task that nobody may do at all is no matter of separation and is left out
    """
    people = {task: frozenset(who) for task, who in able.items() if who}
    near: dict[str, set[str]] = {task: set() for task in people}
    for one, other in apart:
        if one != other and one in people and other in people:
            near[one].add(other)
            near[other].add(one)
    hard = _hard(people, near)
    if _staffed(hard, people, near, {}):
        return []
    for task in list(hard):
        fewer = [other for other in hard if other != task]
        if not _staffed(fewer, people, near, {}):
            hard = fewer
    return hard


def _hard(people: Mapping[str, frozenset[int]], near: Mapping[str, Collection[str]]) -> list[str]:
    """Leave out, one after another, tasks with more people than neighbours: someone is left for them whatever comes."""
    left = [task for task in people if near[task]]
    while easy := [task for task in left if len(people[task]) > len([other for other in near[task] if other in left])]:
        left = [task for task in left if task not in easy[:1]]
    return left


def _staffed(
    tasks: list[str],
    people: Mapping[str, frozenset[int]],
    near: Mapping[str, Collection[str]],
    chosen: dict[str, int],
) -> bool:
    if len(chosen) == len(tasks):
        return True
    task = tasks[len(chosen)]
    taken = {chosen[other] for other in near[task] if other in chosen}
    return any(_staffed(tasks, people, near, {**chosen, task: who}) for who in sorted(people[task] - taken))
