"""Random processes and random histories: the engine agrees with the reference at every step, and always ends."""

import random
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import engine
from tongban.platform.workflow.rules.marking import Marking, awaited
from tongban.platform.workflow.tests.drawings import bpmn
from tongban.platform.workflow.tests.reference import PIECES, Writer
from tongban.platform.workflow.tests.steps import MONDAY, at, table
from tongban.platform.workflow.tests.terms import Done

MAX_STEPS = 60
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def drawn(piece):
    writer = Writer()
    lines, make = writer.process(("then", ("task",), piece))
    return bpmn(lines, calls=writer.calls, **writer.inside), make


def labels(graph, marking):
    return (
        {("do", place) for place in marking.open}
        | {("get", wait.place) for wait in awaited(graph, marking)}
        | {("time", place) for place in marking.timers}
    )


class History:
    """What happens to an instance, by chance."""

    def __init__(self, text, seed):
        self.graph, self.chance, self.now = reader.read(text)[0], random.Random(seed), MONDAY
        self.step = engine.begin(self.graph, {}, table, at())

    @property
    def marking(self):
        return Marking.from_json(self.step.marking.as_json())

    def choose(self, ending):
        """Return what happens next; towards the end nothing is sent back and no timer passes."""
        found = sorted(labels(self.graph, self.marking))
        calm = [label for label in found if label[0] != "time"]
        return self.chance.choice((calm or found) if ending else found), "pass" if ending else None

    def happen(self, label, outcome):
        kind, place = label
        more = (self.step.data, table, at(self.now))
        if kind == "do":
            self.step = engine.advance(self.graph, self.marking, place, outcome, *more)
        elif kind == "time":
            self.now += timedelta(hours=2)
            self.step = engine.fire(self.graph, self.marking, place, *more)
        else:
            message = next(wait.message for wait in awaited(self.graph, self.marking) if wait.place == place)
            self.step = engine.receive(self.graph, self.marking, message, None, *more)


def first_waiting(graph, marking, label):
    """Return the place that a message goes to: the first that waits for it."""
    if label[0] != "get":
        return label
    message = next(wait.message for wait in awaited(graph, marking) if wait.place == label[1])
    return "get", next(wait.place for wait in awaited(graph, marking) if wait.message == message)


@SETTINGS
@given(piece=PIECES, seed=st.integers(0, 10_000))
def test_the_engine_does_what_the_reference_does(piece, seed):
    text, make = drawn(piece)
    assert [workflow.sentence(problem) for problem in workflow.check(text) if problem.forbids] == []
    history, term = History(text, seed), make()

    for number in range(400):
        expected = set() if isinstance(term, Done) else term.labels()
        assert labels(history.graph, history.marking) == expected
        assert bool(history.step.outcome) is isinstance(term, Done)
        if history.step.outcome:
            break
        label, outcome = history.choose(number > MAX_STEPS)
        label = first_waiting(history.graph, history.marking, label)
        outcome = outcome or history.chance.choice(["pass", "fail"])
        history.happen(label, outcome)
        term = term.after(label, outcome, [])
    assert history.step.outcome
    assert history.step.marking == Marking()


@st.composite
def tangles(draw):
    """Draw a process and tangle it: most are wrong then, and those that are right are not well nested any more."""
    writer = Writer()
    lines, _make = writer.process(("then", ("task",), draw(PIECES)))
    found = lines.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        flows = [number for number, line in enumerate(found) if ">" in line.split()[0]]
        one, other = draw(st.sampled_from(flows)), draw(st.sampled_from(flows))
        (begin, end), (start, stop) = (found[number].split()[0].split(">") for number in (one, other))
        found[one] = found[one].replace(f"{begin}>{end}", f"{begin}>{stop}")
        if one != other:
            found[other] = found[other].replace(f"{start}>{stop}", f"{start}>{end}")
        gateways = [number for number, line in enumerate(found) if line.split()[1:] in (["parallel"], ["exclusive"])]
        if gateways and draw(st.booleans()):
            number = draw(st.sampled_from(gateways))
            kind = draw(st.sampled_from(["parallel", "exclusive", "inclusive"]))
            found[number] = f"{found[number].split()[0]} {kind}"
    return bpmn("\n".join(found), calls=writer.calls, **writer.inside)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=tangles(), seed=st.integers(0, 10_000))
def test_what_passes_the_check_always_ends_and_leaves_nothing_behind(text, seed):
    if any(problem.forbids for problem in workflow.check(text)):
        return
    history = History(text, seed)

    for number in range(400):
        if history.step.outcome:
            assert history.step.marking == Marking()
            return
        assert labels(history.graph, history.marking), "nothing can go on any more"
        label, outcome = history.choose(number > MAX_STEPS)
        history.happen(label, outcome or history.chance.choice(["pass", "fail"]))
