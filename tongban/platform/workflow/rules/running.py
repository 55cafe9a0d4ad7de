"""One step of a process, in progress: from what came from outside to where everything rests again.

What is known of a scope, as it is kept in the marking:
  ended   id of the end event reached in it, so far
  data    names known only inside it: of a called process, of one run of an activity that happens several times, and of
          what runs beside something, because it may run twice at the same time
  beside  it was set off by an event that stops nothing: it ends by itself and decides nothing
  of, next, done, counts, items   of an activity that happens several times: how often, which comes next, how many are
          done, how often each outcome came, and the list that is gone through
  agreed, refused, needed, total  where they sign together: how much the signatures count
  added, gone   of those who sign: number of whoever was added -> what `adding` keeps of them; who was taken away again
"""

from collections.abc import Mapping
from typing import Any

from tongban.infrastructure import feel
from tongban.platform.workflow.rules import choosing, counting, joins, places, signing
from tongban.platform.workflow.rules.graphs import Node
from tongban.platform.workflow.rules.marking import Sent, Transition, offered
from tongban.platform.workflow.rules.tokens import Tokens, as_text

# More automatic steps than this between two tasks means a circle that the check should have refused.
MAX_STEPS = 1000
# So often an activity can happen at most: more opinions on one matter nobody reads.
MAX_RUNS = 200


class Endless(RuntimeError):
    """The process goes round without a task."""


class TooMany(ValueError):
    """An activity is to happen more often than anybody can do it."""


class Run(Tokens):
    """Tokens that move until all of them rest."""

    def settle(self) -> Transition:
        """Let everything run until it rests."""
        steps = 0
        while not self.over:
            if (steps := steps + 1) > MAX_STEPS:
                raise Endless(self.graph.key)
            if self.moving:
                scope, flow = self.moving.popleft()
                self._enter(scope, flow, self.graph.nodes[self.graph.flows[flow].target])
            elif not (self._pass_inclusive() or self._leave_scope()):
                break
        return self.transition()

    def happen(self, place: str) -> None:
        """Let the event at a place happen."""
        scope, node = places.scope_of(place), self.graph.nodes[places.key_of(place)]
        if node.type == "boundary":
            self._at_border(scope, place, node)
            return
        if place in self.waits:
            self.waits.remove(place)
            self.disarm(place)
        else:  # one of those that an event-based gateway offers
            gateway = self.graph.nodes[self.graph.flows[node.incoming[0]].source]
            self.waits.remove(places.inside(scope, gateway.id))
            for event in offered(self.graph, gateway):
                self.disarm(places.inside(scope, event.id))
        if node.type == "receive":
            self._leave_activity(place, node)
        else:
            self._go_on(scope, node)

    def finish_task(self, place: str, outcome: str) -> None:
        """Go on after an open task."""
        self.open.remove(place)
        self.before -= {place}
        self.finish_activity(place, outcome)

    def finish_activity(self, place: str, result: Any) -> None:
        """Go on after an activity, of which nothing rests any more; its result is data under its id."""
        node = self.graph.nodes[places.key_of(place)]
        if places.is_numbered(place):
            self._one_is_done(place, node, result)
            return
        self.keep(places.scope_of(place), node.id, result)
        self._leave_activity(place, node)

    def enter_scope(self, scope: str, contents: str) -> None:
        """Begin at the start event of a process or sub-process."""
        start = self.graph.starts[contents]
        if start.event == "timer":
            self.wait(places.inside(scope, start.id), start)
        else:
            self._go_on(scope, start)

    def _enter(self, scope: str, flow: str, node: Node) -> None:
        """Let a token arrive at an element."""
        place = places.inside(scope, node.id)
        match node.type:
            case "task" | "service" | "receive" | "subprocess" | "call":
                self._enter_activity(place, node)
            case "exclusive":
                taken = choosing.one(self.graph, node, self.visible(scope), self.moment)
                self.moving.append((scope, taken))
            case "parallel" | "inclusive":
                self._gather(scope, place, flow, node)
            case "events":
                self.waits.append(place)
                for event in offered(self.graph, node):
                    self.arm(places.inside(scope, event.id), event)
            case "catch":
                self.wait(place, node)
            case "decision":
                self.keep(scope, node.id, self.decide(node.table, self.visible(scope)))
                self._go_on(scope, node)
            case "throw":
                self._throw(scope, node)
                if not self._is_gone(scope):
                    self._go_on(scope, node)
            case _:
                self._end(scope, node)

    def _enter_activity(self, place: str, node: Node) -> None:
        for event in self.graph.attached.get(node.id, ()):
            self.arm(places.inside(places.scope_of(place), event.id), event)
        if node.repetition is None:
            self._run_activity(place, node, None)
        else:
            self._begin_several(place, node)

    def _run_activity(self, place: str, node: Node, item: Any) -> None:
        """Begin an activity, or one run of it."""
        if node.type == "task":
            self.open.append(place)
            self.opened[place] = item
        elif node.type == "service":
            self.waits.append(place)
            self.called.append(place)
        elif node.type == "receive":
            self.wait(place, node)
        else:
            known = self.scopes.setdefault(place, {})
            if node.called:
                known.setdefault("data", {})
            self.enter_scope(place, self.graph.contents(node))

    def _gather(self, scope: str, place: str, flow: str, node: Node) -> None:
        if len(node.incoming) == 1:
            self._split(scope, node)
            return
        arrived = (*self.joins.get(place, ()), flow)
        self.joins[place] = arrived
        if node.type == "parallel" and set(arrived) >= set(node.incoming):
            del self.joins[place]
            self._split(scope, node)

    def _split(self, scope: str, node: Node) -> None:
        flows = node.outgoing
        if node.type == "inclusive":
            flows = choosing.several(self.graph, node, self.visible(scope), self.moment)
        self.moving.extend((scope, flow) for flow in flows)

    def _pass_inclusive(self) -> bool:
        """Let one inclusive join go on whose missing tokens cannot come any more."""
        for place, arrived in self.joins.items():
            node, scope = self.graph.nodes[places.key_of(place)], places.scope_of(place)
            if node.type != "inclusive":
                continue
            others = [key for key in self.resting_in(scope) if key != node.id]
            if joins.may_pass(self.graph, node.id, arrived, others):
                del self.joins[place]
                self._split(scope, node)
                return True
        return False

    def _begin_several(self, place: str, node: Node) -> None:
        repeated, data = node.repetition, self.visible(places.scope_of(place))
        assert repeated is not None
        items = self.value(repeated.items, data) if repeated.items else None
        items = [signer.role for signer in repeated.signers] if repeated.signers else items
        count = self.value(repeated.count, data) if repeated.count else None
        items = items if isinstance(items, list) else [items] if items is not None else None
        total = len(items) if items is not None else int(count or 0) if not isinstance(count, str) else 0
        if total > MAX_RUNS:
            raise TooMany(node.id)
        outcomes = node.outcomes or [
            end.id for end in self.graph.inside(self.graph.contents(node)) if end.type == "end"
        ]
        self.scopes[place] = {"of": total, "next": 1, "done": 0, "counts": dict.fromkeys(outcomes, 0)}
        if items is not None:
            self.scopes[place]["items"] = feel.plain(items)
        if repeated.signing is not None:
            weight = sum(signer.weight for signer in repeated.signers) or total
            needed = repeated.signing.needed(weight)
            self.scopes[place] |= {"agreed": 0, "refused": 0, "needed": needed, "total": weight}
        if total <= 0:
            self._end_several(place, node)
        for _ in range(min(total, 1) if repeated.sequential else total):
            self._begin_next(place, node)

    def _begin_next(self, body: str, node: Node) -> None:
        known = self.scopes[body]
        number = known["next"]
        while number in known.get("gone", ()):
            number += 1
        known["next"] = number + 1
        item = item_of(known, number)
        place = places.numbered(body, number)
        if node.type in {"subprocess", "call"}:
            name = node.repetition.item if node.repetition else ""
            self.scopes[place] = {"data": {counting.NUMBER: number, **({name: item} if name else {})}}
        self._run_activity(place, node, item)

    def _one_is_done(self, place: str, node: Node, outcome: str) -> None:
        body, repeated = places.body_of(place), node.repetition
        known = self.scopes[body]
        known["done"] += 1
        known["counts"] = {**known["counts"], outcome: known["counts"].get(outcome, 0) + 1}
        scope = places.scope_of(body)
        enough = self._is_signed(place, node, outcome) if node.joint and node.type == "task" else False
        if repeated and repeated.completion:
            seen = {**self.visible(scope), node.id: counting.counted(known), **counting.standard(known)}
            enough = self.value(repeated.completion, seen) is True
        if enough or known["done"] == known["of"]:
            self._end_several(body, node)
        elif repeated and repeated.sequential:
            self._begin_next(body, node)

    def _is_signed(self, place: str, node: Node, outcome: str) -> bool:
        """Count a signature, and say whether it is clear what all of them say together."""
        known, rule = self.scopes[places.body_of(place)], node.joint
        assert rule is not None
        signers = node.repetition.signers if node.repetition else ()
        weight = signing.weight_of(signers, places.number_of(place))
        known["agreed" if outcome == node.outcomes[0] else "refused"] += weight
        return rule.is_over(known["agreed"], known["refused"], known["total"])

    def _end_several(self, body: str, node: Node) -> None:
        known = self.scopes.pop(body)
        self.clear(body)
        found: Any = {**counting.counted(known), "active": 0}
        if node.type == "task" and node.joint is not None:
            agrees = node.joint.agrees(known["agreed"], known["total"])
            said = node.outcomes[0 if agrees else 1]
            # To a task that one was to do alone others were added: what follows asks for its answer as before.
            found = said if node.repetition is None else {**found, "outcome": said}
        self.keep(places.scope_of(body), node.id, found)
        self._leave_activity(body, node)

    def _go_on(self, scope: str, node: Node) -> None:
        self.moving.extend((scope, flow) for flow in node.outgoing)

    def _leave_activity(self, place: str, node: Node) -> None:
        scope = places.scope_of(place)
        for event in self.graph.attached.get(node.id, ()):
            self.disarm(places.inside(scope, event.id))
        self._go_on(scope, node)

    def _leave_scope(self) -> bool:
        """Leave one sub-process in which nothing rests any more, the innermost first; say whether there was one."""
        for scope in sorted(self.scopes, key=len, reverse=True):
            known = self.scopes[scope]
            if not scope or "of" in known or self.is_busy(scope):
                continue
            del self.scopes[scope]
            if not known.get("beside"):
                self.finish_activity(scope, known.get("ended", ""))
            return True
        return False

    def _end(self, scope: str, node: Node) -> None:
        """Reach an end event: note it, and stop the others where it says so."""
        self._throw(scope, node)
        if self._is_gone(scope) or (node.event == "error" and self.raise_to(scope, node.code, "error")):
            return
        known = self.scopes.get(scope, {})
        if node.event not in {"terminate", "error"}:
            if not known.get("beside"):
                self._note_end(scope, node)
            return
        while self.scopes.get(scope, {}).get("beside"):
            scope = places.scope_of(scope)
        # An error that nothing catches ends the process as a whole.
        scope = "" if node.event == "error" else scope
        self._note_end(scope, node)
        if scope:
            self.clear(scope, self_too=False)
        else:
            self.over = True

    def _is_gone(self, scope: str) -> bool:
        """Say whether what was thrown in a scope has stopped the scope itself."""
        return bool(scope) and scope not in self.scopes

    def _note_end(self, scope: str, node: Node) -> None:
        if scope:
            self.scopes[scope]["ended"] = node.id
        else:
            self.ended = node.id

    def _throw(self, scope: str, node: Node) -> None:
        """Send what an event or end sends."""
        if node.event == "message":
            key = self.value(node.correlation, self.visible(scope)) if node.correlation else None
            self.sent.append(Sent(node.message, None if key is None else as_text(key)))
        elif node.event == "escalation":
            self.raise_to(scope, node.code, "escalation")

    def raise_to(self, place: str, code: str, kind: str) -> bool:
        """Bring an error or escalation to the nearest activity around it that catches it; say whether there is one."""
        while place:
            body = places.body_of(place)
            for event in self.graph.attached.get(places.key_of(body), ()):
                if event.event == kind and event.code in {"", code}:
                    self.happen(places.inside(places.scope_of(body), event.id))
                    return True
            place = places.scope_of(body)
        return False

    def _at_border(self, scope: str, place: str, event: Node) -> None:
        if event.interrupting:
            activity = places.inside(scope, event.attached_to)
            self.clear(activity)
            for other in self.graph.attached[event.attached_to]:
                self.disarm(places.inside(scope, other.id))
            self._go_on(scope, event)
            return
        number = next(n for n in range(1, MAX_STEPS) if places.numbered(place, n) not in self.scopes)
        beside = places.numbered(place, number)
        self.scopes[beside] = {"beside": True, "data": {}}
        self._go_on(beside, event)
        if due := self.timers.pop(place, None):
            self.again(place, event, due)


def item_of(known: Mapping[str, Any], number: int) -> Any:
    """Return what one of several runs is about: of the list, or whoever was added to sign."""
    added, items = known.get("added", {}), known.get("items")
    return added.get(str(number)) or (items[number - 1] if items and number <= len(items) else None)
