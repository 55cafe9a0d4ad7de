"""Another signature is asked for 加签, or not any more 减签: who signs a step changes while it is under way.

Whoever is added signs like the others and counts once; what all of them together need is counted anew, by the rule of
the step. A task that one person was to do alone becomes one that everybody has to agree to (`graphs.Node.joint`). Where
they sign in turn, whoever is added comes last. Signers whom the drawing names stay, so somebody always signs: taken
away is who was added.
A step that is done anew begins with those whom the drawing names.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from tongban.platform.workflow.rules import places
from tongban.platform.workflow.rules.graphs import Graph, Node
from tongban.platform.workflow.rules.marking import Marking, Transition
from tongban.platform.workflow.rules.running import MAX_RUNS, Run, TooMany
from tongban.platform.workflow.rules.signing import weight_of
from tongban.platform.workflow.rules.timers import Moment
from tongban.platform.workflow.rules.tokens import Decide

# “+12:7”: department 12, account 7; no role of a drawing begins so.
_ADDED = re.compile(r"\+([1-9][0-9]*)(?::([1-9][0-9]*))?")


class NotJoint(ValueError):
    """One person alone answers this: nothing says yes and no, or no rule says what several answers come to."""


class NotAdded(ValueError):
    """Nobody was added here: the drawing names who signs, or whoever signs has signed or is gone."""


class AddedSigner(NamedTuple):
    """Who was added: ids of the department, and of the account where it is one colleague."""

    department: int
    account: int | None = None

    def __str__(self) -> str:
        return f"+{self.department}:{self.account}" if self.account else f"+{self.department}"


class Addition(NamedTuple):
    """What adding brought: the place of the new signature, and where the task lies now that was done alone before."""

    transition: Transition
    place: str
    moved: str


def added_signer(item: object) -> AddedSigner | None:
    """Return whom an item of a signature names; None where the drawing does."""
    found = _ADDED.fullmatch(item) if isinstance(item, str) else None
    return AddedSigner(int(found[1]), int(found[2]) if found[2] else None) if found else None


def add(
    graph: Graph,
    marking: Marking,
    place: str,
    signer: AddedSigner,
    data: Mapping[str, Any],
    decide: Decide,
    moment: Moment | None = None,
) -> Addition:
    """Ask one more to sign the step of the open task at a place. Raises NotJoint, TooMany."""
    return _Signers(graph, marking, data, decide, moment).add(place, signer)


def take_away(
    graph: Graph,
    marking: Marking,
    place: str,
    data: Mapping[str, Any],
    decide: Decide,
    moment: Moment | None = None,
) -> Transition:
    """Do not ask the signer at a place any more; the others may have said enough by now. Raises NotAdded."""
    return _Signers(graph, marking, data, decide, moment).take_away(place)


def open_places(known: Mapping[str, Any]) -> list[int]:
    """Return the numbers of the signatures of a step whose turn has not come."""
    gone = known.get("gone", ())
    return [number for number in range(known["next"], known["of"] + len(gone) + 1) if number not in gone]


class _Signers(Run):
    def add(self, place: str, signer: AddedSigner) -> Addition:
        node, moved = self.graph.nodes[places.key_of(place)], place
        if node.type != "task" or node.joint is None or len(node.outcomes) < 2:
            raise NotJoint(place)
        if not places.is_numbered(place):
            moved = self._join(place, node)
        body = places.body_of(moved)
        known = self.scopes[body]
        number = known["of"] + len(known.get("gone", ())) + 1
        if number > MAX_RUNS:
            raise TooMany(node.id)
        known["of"] += 1
        known["added"] = {**known.get("added", {}), str(number): str(signer)}
        self._weigh(known, node, 1)
        if node.repetition is None or not node.repetition.sequential:
            self._begin_next(body, node)
        return Addition(self.settle(), places.numbered(body, number), moved)

    def take_away(self, place: str) -> Transition:
        body, number = places.body_of(place), places.number_of(place)
        node, known = self.graph.nodes[places.key_of(place)], self.scopes.get(body, {})
        waits = place in self.open or number in (open_places(known) if "of" in known else ())
        if str(number) not in known.get("added", {}) or not waits:
            raise NotAdded(place)
        known["gone"] = [*known.get("gone", ()), number]
        known["of"] -= 1
        self._weigh(known, node, -weight_of(node.repetition.signers if node.repetition else (), number))
        was_open = place in self.open
        if was_open:
            self.open.remove(place)
            self.stop(place)
        rule = node.joint
        over = rule is not None and rule.is_over(known["agreed"], known["refused"], known["total"])
        if over or known["done"] == known["of"]:
            self._end_several(body, node)
        elif was_open and node.repetition is not None and node.repetition.sequential:
            self._begin_next(body, node)
        return self.settle()

    def _join(self, place: str, node: Node) -> str:
        """Let a task that one was to do alone be the first of several signatures."""
        first = places.numbered(place, 1)
        self.open[self.open.index(place)] = first
        self.before = (self.before - {place}) | {first}
        counts = dict.fromkeys(node.outcomes, 0)
        self.scopes[place] = {"of": 1, "next": 2, "done": 0, "counts": counts}
        self.scopes[place] |= {"agreed": 0, "refused": 0, "needed": 1, "total": 1}
        return first

    def _weigh(self, known: dict[str, Any], node: Node, more: int) -> None:
        rule = node.joint
        assert rule is not None
        known["total"] += more
        known["needed"] = rule.needed(known["total"])
