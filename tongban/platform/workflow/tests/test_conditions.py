"""Conditions of processes in FEEL, and drawings of other modellers."""

import pytest
from django.utils import translation

from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import conditions, engine
from tongban.platform.workflow.rules.engine import Marking
from tongban.platform.workflow.tests.drawings import INSTANT, bpmn

GATE = """
start
ask task 核对缴费 review window
gate exclusive default=unsure
paid end 已缴费
unpaid end 未缴费
unsure_end end 待核实
start>ask ask>gate
gate>paid yes [paid]
gate>unpaid no [not(paid)]
gate>unsure_end unsure
"""
CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


def no_tables(table, data):
    raise AssertionError(table)


def end_of(data):
    graph, problems = reader.read(bpmn(GATE))
    assert problems == []
    return engine.advance(graph, Marking(("ask",)), "ask", "pass", data, no_tables).outcome


@pytest.mark.found("J-FEEL")
@pytest.mark.parametrize(
    ("data", "end"),
    [
        ({"paid": True}, "paid"),
        ({"paid": False}, "unpaid"),
        ({}, "unsure_end"),
        ({"paid": None}, "unsure_end"),
        ({"paid": "是"}, "unsure_end"),
        ({"paid": 1}, "unsure_end"),
    ],
)
def test_a_gateway_sends_nobody_who_has_not_answered_down_a_path_of_answers(data, end):
    assert end_of(data) == end


@pytest.mark.found("J-FEEL")
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('approve == "grant"', "“==”"),
        ("not approve", "not(…)"),
        ("approve in [1..1.limit]", "没有可以引用"),
        ('open("x")', "open"),
    ],
)
def test_a_condition_that_is_no_feel_is_refused_with_its_place(written, said):
    problems = workflow.check(bpmn(INSTANT.replace('approve = "grant"', written)))

    with translation.override("zh-hans"):
        texts = [workflow.sentence(problem) for problem in problems if problem.forbids]
    assert texts[0].startswith("process.bpmn, yes, 第 1 行: ")
    assert said in texts[0]
    assert "个字符" in texts[0]


@pytest.mark.found("J-BPMN")
@pytest.mark.parametrize(
    ("written", "data", "value"),
    [
        ("${approve == 'grant'}", {"approve": "grant"}, True),
        ("#{approve eq 'grant' && !refused}", {"approve": "grant", "refused": False}, True),
        ("${!refused}", {}, None),
        ("${area >= 200 || !(kind != 'a')}", {"area": 3, "kind": "a"}, True),
        ("${fee.cost > 0 and not fee.paid}", {"fee": {"cost": 1, "paid": False}}, True),
        ("${approved}", {"approved": True}, True),
        ('=approve = "grant"', {"approve": "grant"}, True),
    ],
)
def test_conditions_of_camunda_are_read_where_they_mean_the_same(written, data, value):
    assert conditions.read(written, "http://www.w3.org/1999/XPath").evaluate(data) is value


@pytest.mark.found("J-BPMN")
@pytest.mark.parametrize(
    "written",
    [
        "${execution.getVariable('a') == 1}",
        "${empty a}",
        "${a ? b : c}",
        "${a mod 2 == 0}",
        "${a['b']}",
        "${approve ==}",
    ],
)
def test_what_has_no_counterpart_in_feel_is_refused(written):
    problems = workflow.check(bpmn(INSTANT.replace('approve = "grant"', written)))

    assert problems[0].place == "yes"
    assert workflow.sentence(problems[0])


@pytest.mark.found("J-BPMN")
def test_a_condition_in_another_language_is_refused_by_name():
    text = bpmn(INSTANT).replace("<bpmn:conditionExpression>", '<bpmn:conditionExpression language="groovy">')
    whole = bpmn(INSTANT).replace('id="d"', 'id="d" expressionLanguage="http://www.w3.org/1999/XPath"')

    assert [problem.details["language"] for problem in workflow.check(text)] == ["groovy"]
    assert [problem.details["language"] for problem in workflow.check(whole)] == ["http://www.w3.org/1999/XPath"]
    for version in ("20180521", "20191111", "20211108", "20230324"):
        known = f'id="d" expressionLanguage="https://www.omg.org/spec/DMN/{version}/FEEL/"'
        if version == "20180521":
            known = known.replace("https", "http")
        assert workflow.check(bpmn(INSTANT).replace('id="d"', known)) == []


@pytest.mark.found("J-BPMN")
def test_extensions_of_another_modeller_are_named_and_change_nothing():
    extended = (
        bpmn(INSTANT)
        .replace('id="d"', f'id="d" {CAMUNDA}')
        .replace('tongban:kind="approve"', 'tongban:kind="approve" camunda:assignee="wang"')
        .replace('<bpmn:endEvent id="granted" name="准予">', '<bpmn:endEvent id="granted" name="准予">' + EXTENSION)
    )

    problems = workflow.check(extended)

    assert [(problem.place, problem.forbids) for problem in problems] == [("approve", False)]
    assert "approve, granted" in workflow.sentence(problems[0])
    assert workflow.ProcessDefinition(extended, {"approve": "cases.approve"}).graph.tasks


EXTENSION = '<bpmn:extensionElements><camunda:executionListener event="end"/></bpmn:extensionElements>'


@pytest.mark.found("J-BPMN")
def test_a_pool_around_one_process_is_a_frame_and_an_empty_one_is_named():
    pool = '<bpmn:participant id="pool" name="窗口" processRef="p"/>'
    one = bpmn(INSTANT).replace("<bpmn:process", f'<bpmn:collaboration id="c">{pool}</bpmn:collaboration><bpmn:process')
    lanes = one.replace(
        'isExecutable="true">', 'isExecutable="true"><bpmn:laneSet id="l"><bpmn:lane id="x"/></bpmn:laneSet>'
    )
    two = one.replace(pool, pool + '<bpmn:participant id="other"/>')

    assert workflow.check(one) == workflow.check(lanes) == []
    assert [(problem.severity, problem.details["places"]) for problem in workflow.check(two)] == [("warning", "other")]


@pytest.mark.found("J-BPMN")
@pytest.mark.parametrize("tag", ["scriptTask", "transaction", "adHocSubProcess", "complexGateway"])
def test_what_would_change_the_drawing_is_refused_by_name(tag):
    text = bpmn(INSTANT).replace("</bpmn:process>", f'<bpmn:{tag} id="x"/></bpmn:process>')

    assert tag in [problem.details.get("tag") for problem in workflow.check(text) if problem.forbids]


def test_an_empty_condition_is_none():
    """Some tools write one at every flow, in the language of the file."""
    text = bpmn(INSTANT).replace(
        'targetRef="approve"></bpmn:sequenceFlow>',
        'targetRef="approve"><bpmn:conditionExpression language="http://www.w3.org/1999/XPath"/></bpmn:sequenceFlow>',
    )
    text = text.replace(
        'targetRef="approve"/>',
        'targetRef="approve"><bpmn:conditionExpression language="http://www.w3.org/1999/XPath"/></bpmn:sequenceFlow>',
    )

    assert "XPath" in text
    assert workflow.check(text) == []
