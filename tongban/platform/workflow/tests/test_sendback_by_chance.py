"""Random histories over random sound processes, in which officials go back and let others sign by chance."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.platform.workflow.rules import adding, places, sendback, walking
from tongban.platform.workflow.rules.adding import AddedSigner
from tongban.platform.workflow.rules.marking import Marking
from tongban.platform.workflow.tests.reference import PIECES
from tongban.platform.workflow.tests.steps import at, table
from tongban.platform.workflow.tests.test_reference import History, drawn, labels


class Moved(History):
    """A history in which steps are sent back and taken back by chance."""

    def __init__(self, text, seed):
        super().__init__(text, seed)
        self.done = {}
        self.opinions = 0

    def happen(self, label, outcome):
        super().happen(label, outcome)
        if label[0] == "do":
            self.done = {place: said for place, said in self.done.items() if place != label[1]} | {label[1]: outcome}
            self.opinions += 1

    def go_back(self):
        """Send an open task back to one of the steps before it, if there are any."""
        more = (self.step.data, self.done, table, at(self.now))
        task = self.chance.choice(sorted(self.marking.open) or [""])
        if ways := task and sendback.ways_back(self.graph, self.marking, task, *more):
            return self._went(self.chance.choice(ways))
        return None

    def take_back(self):
        """Take back a finished task, if that can be done."""
        more = (self.step.data, self.done, table, at(self.now))
        try:
            task = self.chance.choice(sorted(self.done) or [""])
            return self._went(sendback.take_back(self.graph, self.marking, task, *more)) if task else None
        except sendback.NoWayBack:
            return None

    def sign_too(self):
        """Ask one more to sign an open task, if that can be done."""
        more = (self.step.data, table, at(self.now))
        task = self.chance.choice(sorted(self.marking.open) or [""])
        try:
            self.step = (
                adding.add(self.graph, self.marking, task, AddedSigner(9), *more).transition if task else self.step
            )
        except adding.NotJoint:
            return

    def take_away(self):
        """Take away somebody who was asked to sign as well, if there is one."""
        more = (self.step.data, table, at(self.now))
        for place in sorted(self.marking.open, key=lambda _place: self.chance.random()):
            try:
                self.step = adding.take_away(self.graph, self.marking, place, *more)
            except adding.NotAdded:
                continue
            return

    def _went(self, way):
        self.step = way.transition
        self.done = {place: outcome for place, outcome in self.done.items() if place not in way.again}
        return way

    def finish(self):
        """Go on without going back; say whether the end was reached."""
        for _ in range(400):
            if self.step.outcome:
                return True
            assert labels(self.graph, self.marking), "nothing can go on any more"
            self.happen(*self.choose(True))
        return False


def tokens(graph, marking, scope):
    found = set()
    for place in (*marking.open, *marking.waits, *marking.scopes):
        body = places.body_of(place)
        if place and places.scope_of(body) == scope and graph.nodes[places.key_of(body)].type != "boundary":
            found.add((places.key_of(body), ""))
    return found | {
        (places.key_of(join), flow)
        for join, flows in marking.joins.items()
        if places.scope_of(join) == scope
        for flow in flows
    }


def assert_possible(graph, marking):
    """The process stands where its drawing lets it stand, in each of its scopes."""
    scopes = {scope for scope, known in marking.scopes.items() if "of" not in known}
    for scope in {"", *scopes}:
        node = graph.nodes.get(places.key_of(scope)) if scope else None
        begin = graph.starts[""] if node is None else node
        if node is not None and node.type != "boundary":
            begin = graph.starts[graph.contents(node)]
        found = tokens(graph, marking, scope)
        waits_to_begin = any(graph.nodes[key].type == "start" for key, flow in found if not flow)
        assert waits_to_begin or frozenset(found) in walking.states(graph, begin)
    assert len(set(marking.open)) == len(marking.open)


HISTORIES = settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@HISTORIES
@given(piece=PIECES, seed=st.integers(0, 100_000))
def test_whatever_is_sent_back_the_process_stands_where_it_may_and_ends_once(piece, seed):
    history = Moved(drawn(piece)[0], seed)

    for _ in range(history.chance.randint(1, 25)):
        if history.step.outcome:
            break
        move = history.chance.choice(["on", "on", "on", "back", "take", "add", "less"])
        if move in {"add", "less"}:
            (history.sign_too if move == "add" else history.take_away)()
        elif move == "on":
            label, _calm = history.choose(False)
            history.happen(label, history.chance.choice(["pass", "fail"]))
        else:
            way = history.go_back() if move == "back" else history.take_back()
            assert way is None or any(
                places.is_within(task, way.target) or task == way.target for task in history.marking.open
            )
        if not history.step.outcome:
            assert_possible(history.graph, history.marking)

    assert history.finish()
    assert history.step.marking == Marking()


# Nothing is waited for, and nothing goes round: what is done twice was sent back.
STRAIGHT = st.recursive(
    st.just(("task",)),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["then", "both", "either", "some"]), inner, inner),
        st.tuples(st.sampled_from(["sub", "call"]), inner),
    ),
    max_leaves=8,
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(piece=STRAIGHT, seed=st.integers(0, 100_000))
def test_with_the_same_answers_exactly_what_was_said_is_done_again(piece, seed):
    history = Moved(drawn(piece)[0], seed)

    while not history.step.outcome:
        before, said, step = set(history.marking.open), dict(history.done), history.step
        if way := history.go_back():
            again = set()
            while ready := [task for task in sorted(history.marking.open) if task in set(way.again) - again]:
                history.happen(("do", ready[0]), said[ready[0]])
                again.add(ready[0])
            assert again == set(way.again)
            assert set(history.marking.open) == before
        history.step, history.done = step, said
        history.happen(history.choose(False)[0], history.chance.choice(["pass", "fail"]))
