"""Reading and checking drawings, and running them without a database."""

import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

from tests.cast import definitions
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import engine
from tongban.platform.workflow.rules.engine import Marking
from tongban.platform.workflow.tests.drawings import FEE, INSTANT, TWO_BRANCHES, bpmn


def places(text, tables=()):
    return [(problem.place, problem.text) for problem in workflow.check(bpmn(text), tables)]


@pytest.mark.parametrize("text", [TWO_BRANCHES, INSTANT])
def test_a_right_drawing_has_no_problems(text):
    assert workflow.check(bpmn(text)) == []


@pytest.mark.parametrize("folder", definitions(), ids=lambda folder: folder.name)
def test_the_processes_that_come_with_the_house_are_right(folder):
    tables = {file.name: file.read_text() for file in folder.glob("*.dmn")}

    # A gap in a table that stands alone is for its form to judge; see catalogue.
    found = [problem for problem in workflow.check((folder / "process.bpmn").read_text(), tables) if problem.forbids]
    assert [workflow.sentence(problem) for problem in found] == []


def changed(old, new, text=TWO_BRANCHES):
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a task 办 accept window\ne end 完\na>e", "", "start events"),
        ("start\na task 办 accept window\nstart>a", "", "no end event"),
        ("start\ne end 完\nstart>e", "", "no task"),
        (changed("accept task 窗口受理 accept window days=5", "accept task 窗口受理"), "accept", "The task has no"),
        (changed("review task 资料审查 review review", "review task 资料审查 dance review"), "review", "come out of"),
        (changed("days=5", "days=soon"), "accept", "tongban:days"),
        (changed("days=5", "colour=red"), "accept", "not known here"),
        (changed(" default=no", ""), "gate", "no default flow"),
        (changed('gate>granted yes [approve = "grant"]', "gate>granted"), "gate__granted", "no condition"),
        (changed('"grant"]', '"granted"]'), "yes", "never ends with"),
        (changed('"grant"]', '"grant", print(1)]'), "yes", "cannot be read"),
        (changed("gate>refused no", 'gate>refused no [approve = "refuse"]'), "no", "never be evaluated"),
        (changed("join>approve ", ""), "join", "lead out"),
        (changed("start>accept", "start>nowhere"), "start__nowhere", "does not exist"),
        (changed("refused end", "review end"), "review", "used twice"),
        (TWO_BRANCHES + "island task 孤岛 accept window\nisland>granted", "island", "lead out; that does not fit"),
        (TWO_BRANCHES + "i task 孤 accept window\nj task 岛 accept window\ni>j j>i", "i", "Nothing leads here"),
        (changed("accept task", "accept-it task").replace("accept>", "accept-it>").replace(">accept", ">accept-it"),
         "accept-it", "named in a condition"),
    ],
)  # fmt: skip
def test_a_wrong_drawing_is_refused_with_the_element_named(text, place, words):
    found = workflow.check(bpmn(text))

    assert [problem for problem in found if problem.place == place and words in problem.text]
    assert all(problem.remedy and workflow.sentence(problem) for problem in found)


def test_a_choice_before_a_join_would_wait_for_ever():
    text = (
        changed("split parallel", "split exclusive default=b").replace("split>review", "").replace("split>inspect", "")
    )
    text += 'split>review a [accept = "accept"]\nsplit>inspect b\n'

    assert ("join", "The join may wait for ever: not all of its branches are certain to arrive.") in places(text)


def test_branches_that_end_apart_leave_the_outcome_open():
    text = """
    start
    split parallel
    a task 甲 review r
    b task 乙 review r
    e end 完
    f end 毕
    start>split split>a split>b a>e b>f
    """
    assert {place for place, _words in places(text)} == {"e", "f"}


def test_branches_that_are_not_joined_would_open_a_task_twice():
    text = """
    start
    split parallel
    a task 甲 review r
    c task 丙 review r
    e end 完
    start>split split>a split>c a>c c>e
    """
    assert {place for place, _words in places(text)} == {"c", "e"}


def test_a_terminating_end_stops_the_other_branch():
    text = """
    start
    split parallel
    a task 甲 review r
    b task 乙 review r
    gate exclusive default=on
    join parallel
    failed stop 不予
    passed end 准予
    start>split split>a split>b a>gate b>join join>passed
    gate>failed off [a = "fail"]
    gate>join on
    """
    assert places(text) == []
    graph = reader.read(bpmn(text))[0]

    step = engine.advance(graph, Marking(("a", "b")), "a", "fail", {}, no_tables)

    assert (step.outcome, step.cancelled, step.marking) == ("failed", ("b",), Marking())


def test_a_circle_needs_a_task():
    text = """
    start
    a task 甲 review r
    g exclusive default=on
    h exclusive default=back
    e end 完
    start>a a>g
    g>h again [a = "fail"]
    g>e on
    h>g back
    h>e out [a = "pass"]
    """
    assert [words for _place, words in places(text)] == ["The process can loop here without any task."]


def test_a_task_that_is_sent_back_opens_again():
    text = """
    start
    a task 经办 review r
    b task 复核 review r
    g exclusive default=on
    e end 完
    start>a a>b b>g
    g>a back [b = "fail"]
    g>e on
    """
    assert places(text) == []
    graph = reader.read(bpmn(text))[0]
    step = engine.begin(graph, {}, no_tables)
    for task, outcome, opened in (("a", "pass", "b"), ("b", "fail", "a"), ("a", "pass", "b")):
        step = engine.advance(graph, step.marking, task, outcome, step.data, no_tables)
        assert step.opened == (opened,)
    assert engine.advance(graph, step.marking, "b", "pass", step.data, no_tables).outcome == "e"


@pytest.mark.parametrize(
    ("element", "remedy"),
    [
        ('<bpmn:scriptTask id="x"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>', "Scripts are not run"),
        ('<bpmn:serviceTask id="x"/>', "tongban:port"),
        ('<bpmn:task id="x" name="登记"/>', "tongban:kind and tongban:role"),
        ('<bpmn:boundaryEvent id="x" attachedToRef="accept"/>', "timerEventDefinition"),
        ('<bpmn:complexGateway id="x"/>', "inclusiveGateway"),
        ('<bpmn:subProcess id="x"/>', "Draw its elements inside it"),
        ('<bpmn:subProcess id="x" triggeredByEvent="true"/>', "boundaryEvent"),
        ('<bpmn:transaction id="x"/>', "subProcess"),
        ('<x:thing xmlns:x="urn:x" id="x"/>', "Remove it"),
    ],
)
def test_elements_outside_the_profile_are_refused(element, remedy):
    text = bpmn(TWO_BRANCHES).replace("</bpmn:process>", element + "</bpmn:process>")

    found = workflow.check(text)

    assert [problem.place for problem in found] == ["x"]
    assert remedy in found[0].remedy


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<a/>",
        "\x00",
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<?xml version="1.0" encoding="utf-16"?><a/>',
        "<a>" * 100_000,
        "x" * 600_000,
        bpmn(TWO_BRANCHES).replace("</bpmn:process>", "</bpmn:process><bpmn:process/>"),
        bpmn(TWO_BRANCHES).replace("<bpmn:process", '<bpmn:collaboration id="c"/><bpmn:process'),
    ],
)
def test_hostile_files_are_refused(text):
    found = workflow.check(text)

    assert found
    assert all(workflow.sentence(problem) for problem in found)


def test_a_decision_without_its_table_is_refused():
    text = "start\nfee decision 收费 decision=fee\na task 办 accept window\ne end 完\nstart>fee fee>a a>e"

    assert places(text, {"fee.dmn": FEE}) == []
    assert [place for place, _words in places(text)] == ["fee"]
    assert [problem.file for problem in workflow.check(bpmn(text), {"a.dmn": FEE, "b.dmn": FEE})] == ["b.dmn"]


def no_tables(name, data):
    raise AssertionError("no decision here")


# ── the same as an engine that others wrote ──

PIECES = st.recursive(
    st.just(("task",)),
    lambda inner: st.tuples(st.sampled_from(["then", "both", "either"]), inner, inner),
    max_leaves=7,
)


class _Drawing:
    """Turn nested pieces into a sound process: every choice asks for the task before it."""

    def __init__(self):
        self.lines, self.tasks, self.count = ["start"], [], 0

    def draw(self, piece):
        last = self._add(("then", ("task",), piece), "start")
        self.lines += ["over end 完", f"{last}>over"]
        return "\n".join(self.lines)

    def _new(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def _add(self, piece, source, condition=""):
        kind = piece[0]
        if kind == "task":
            name = self._new("t")
            self.lines += [f"{name} task 办 review r", f"{source}>{name} {self._new('f')} {condition}"]
            self.tasks.append(name)
            return name
        if kind == "then":
            return self._add(piece[2], self._add(piece[1], source, condition))
        return self._branches(piece, source, condition)

    def _branches(self, piece, source, condition):
        gate, merge = self._new("g"), self._new("m")
        parallel = piece[0] == "both"
        before = self._add(("task",), source, condition)
        known, first, second = f'[{before} = "pass"]', self._new("f"), self._new("f")
        self.lines.append(f"{gate} {'parallel' if parallel else 'exclusive default=' + second}")
        self.lines.append(f"{merge} {'parallel' if parallel else 'exclusive'}")
        self.lines.append(f"{before}>{gate} {self._new('f')}")
        for branch, flow, asks in ((piece[1], first, "" if parallel else known), (piece[2], second, "")):
            task = self._new("t")
            self.tasks.append(task)
            self.lines += [f"{task} task 办 review r", f"{gate}>{task} {flow} {asks}"]
            self.lines.append(f"{self._add(branch, task)}>{merge} {self._new('f')}")
        return merge


def _spiff(text):
    """Give Spiff the drawing: it wants to be told about the flows at both of their ends."""
    flows = re.findall(r'sequenceFlow id="(\w+)" sourceRef="(\w+)" targetRef="(\w+)"', text)

    def told(found):
        tag, key, rest = found.groups()
        ends = "".join(f"<bpmn:incoming>{flow}</bpmn:incoming>" for flow, _source, target in flows if target == key)
        ends += "".join(f"<bpmn:outgoing>{flow}</bpmn:outgoing>" for flow, source, _target in flows if source == key)
        return f'<bpmn:{tag} id="{key}"{rest}>{ends}</bpmn:{tag}>'

    text = re.sub(
        r"<bpmn:(\w+) id=\"(\w+)\"([^>]*?)(?:/>|></bpmn:\1>)", lambda m: told(m) if m[1] in NODES else m[0], text
    )
    parser = SpiffBpmnParser(validator=None)
    # It speaks Python where the house speaks FEEL.
    parser.add_bpmn_str(text.replace(' = "pass"', ' == "pass"').encode())
    spec, subs = parser.get_spec("p"), parser.get_subprocess_specs("p")
    return BpmnWorkflow(spec, subs, script_engine=PythonScriptEngine(environment=TaskDataEnvironment({})))


NODES = "startEvent|endEvent|userTask|parallelGateway|exclusiveGateway"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(piece=PIECES, seed=st.integers(0, 1000))
def test_the_engine_opens_the_same_tasks_as_spiffworkflow(piece, seed):
    drawing = _Drawing()
    text = bpmn(drawing.draw(piece))
    assert workflow.check(text) == []
    graph, chance = reader.read(text)[0], random.Random(seed)
    theirs = _spiff(text)
    theirs.do_engine_steps()
    step = engine.begin(graph, {}, no_tables)

    while step.marking.open:
        ready = {task.task_spec.name: task for task in theirs.get_tasks(state=TaskState.READY, manual=True)}
        assert set(ready) == set(step.marking.open)
        key, outcome = chance.choice(sorted(ready)), chance.choice(["pass", "fail"])
        ready[key].data[key] = outcome
        ready[key].run()
        theirs.do_engine_steps()
        step = engine.advance(graph, step.marking, key, outcome, step.data, no_tables)

    assert step.outcome == "over"
    assert theirs.is_completed()


def test_a_marking_survives_being_written_down():
    marking = Marking(("a", "b"), {"join": ("f1",)})

    assert Marking.from_json(marking.as_json()) == marking


def test_a_task_that_is_not_open_cannot_be_finished():
    graph = reader.read(bpmn(INSTANT))[0]

    with pytest.raises(engine.NotOpen):
        engine.advance(graph, Marking(), "approve", "grant", {}, no_tables)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from(["", "<", '"', "task", "&", "]", "é", "x" * 9])), max_size=4
    )
)
def test_a_damaged_file_never_breaks_the_check(damage):
    text = bpmn(TWO_BRANCHES)
    for place, piece in damage:
        text = text[: place * 5] + piece + text[place * 5 + 1 :]

    for problem in workflow.check(text):
        workflow.sentence(problem)
