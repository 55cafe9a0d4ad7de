"""Decision tables and pictures."""

import re
from itertools import combinations
from xml.etree.ElementTree import fromstring

import pytest
from django.utils import translation

from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.tests.drawings import FEE, INSTANT, TWO_BRANCHES, bpmn, dmn


def test_a_table_answers_and_says_why():
    found = workflow.explain_table(FEE, "fee", {"people": 12})

    assert workflow.decide_table(FEE, "fee", {"people": 3}) == {"cost": 0, "basis": "免收"}
    assert found.outputs == {"cost": 24, "basis": "每人2元"}
    assert (found.rule, found.number, found.annotation) == ("r2", 2, "价格目录第 3 项")
    assert found.asked == {"people": 12}


def test_money_in_a_table_loses_no_fen():
    table = dmn("area", "fen", "- => area * 110", policy="FIRST")

    assert workflow.decide_table(table, "fee", {"area": 0.07}) == {"fen": 7.7}
    assert workflow.decide_table(table, "fee", {"area": 19.3}) == {"fen": 2123}


def test_the_first_rule_that_fits_answers():
    table = dmn("age", "yuan", ">= 100 => 600\n>= 90 => 200\n>= 80 => 100\n- => 0", policy="FIRST")

    assert [workflow.decide_table(table, "fee", {"age": age})["yuan"] for age in (101, 90, 80, 79)] == [
        600,
        200,
        100,
        0,
    ]


def test_a_table_without_an_answer_refuses():
    with pytest.raises(workflow.NoRuleFits):
        workflow.decide_table(FEE, "fee", {"people": "many"})
    with pytest.raises(NotFound):
        workflow.decide_table(FEE, "tax", {})


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (dmn("n", "o", "< 10 => 0\n> 10 => 1"), "No rule matches"),
        (dmn("n", "o", "< 10 => 0\n>= 9 => 1"), "all match"),
        (dmn("n m", "o", '< 5 | "a" => 0\n>= 5 | "a" => 1\n< 5 | "b" => 2'), "No rule matches"),
        (dmn("n", "o", "- => 1", policy="BEST"), "hit policy"),
        (dmn("n", "o", "sin(x) => 1"), "cell"),
        (dmn("n", "o", "- => open('x')"), "formula"),
        (dmn("n", "o", "- | - => 1"), "cells"),
        ("<definitions/>", "does not begin"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type or entities"),
        ("no xml", "well-formed XML"),
    ],
)
def test_a_wrong_table_is_refused(table, words):
    problems = workflow.check(bpmn(TWO_BRANCHES), {"fee.dmn": table})

    assert [problem.file for problem in problems] == ["fee.dmn"]
    assert words in problems[0].text
    assert workflow.sentence(problems[0])


def test_a_picture_shows_every_task_and_says_it_in_words():
    with translation.override("zh-hans"):
        svg = workflow.picture(
            bpmn(TWO_BRANCHES, name="食品经营许可"),
            done=["accept"],
            current=["review"],
            notes={"inspect": "消防支队 · 10 个工作日"},
        )

    root = fromstring(svg)
    texts = "".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text"))
    assert root.get("role") == "img"
    for name in ("窗口受理", "资料审查", "现场核查", "审批决定", "准予许可", "不予许可", "消防支队"):
        assert name in texts
    description = root.find("{http://www.w3.org/2000/svg}desc").text
    assert "1. 窗口受理" in description
    assert "资料审查" in description
    assert svg.count("process__task--done") == svg.count("process__task--current") == 1
    assert "style=" not in svg


def test_a_picture_marks_what_is_to_be_corrected_where_it_stands():
    """A flow is marked at the element it leaves; what nothing leads to is drawn below the rest."""
    lost = bpmn(
        """
        start
        g exclusive
        a task 审查 review r
        lost task 核查 review r
        e end 完
        start>g a>e lost>e
        g>a way
        """
    )
    with translation.override("zh-hans"):
        svg = workflow.picture(lost, faulty=["way", "lost", "nowhere"])

    fromstring(svg)
    assert svg.count("process__exclusive--faulty") == svg.count("process__task--faulty") == 1
    assert svg.count("<title>需更正</title>") == 2
    assert "核查 — 需更正" in svg


def test_the_picture_can_be_read_aloud():
    with translation.override("en"):
        lines = workflow.outline(bpmn(TWO_BRANCHES), done=["accept"], current=["review"])

    assert lines[0] == "1. 窗口受理 — done."
    assert lines[3] == "4. 审批决定 (after “资料审查、现场核查”)."
    assert lines[4] == "End: 准予许可, 不予许可."
    assert workflow.outline("no drawing") == []
    assert workflow.picture("no drawing") == ""


def test_a_flow_that_passes_a_row_goes_round_its_boxes():
    drawing = """
    start
    a task 审查 review r
    g exclusive default=on
    b task 核查 review r
    c task 决定 review r
    e end 完
    start>a a>g b>c c>e
    g>c skip [a = "fail"]
    g>b on
    """
    svg = fromstring(workflow.picture(bpmn(drawing)))

    space = "{http://www.w3.org/2000/svg}"
    left = min(float(box.get("x")) for box in svg.iter(f"{space}rect"))
    lanes = [float(x) for path in svg.iter(f"{space}path") for x in re.findall(r"H([\d.]+)", path.get("d"))]
    assert [lane for lane in lanes if lane < left]


def test_a_picture_of_a_hostile_name_carries_no_markup():
    svg = workflow.picture(bpmn(INSTANT, name="x").replace("当场审批", "&lt;script&gt;alert(1)&lt;/script&gt;"))

    assert "<script" not in svg
    fromstring(svg)


def test_boxes_of_a_picture_do_not_overlap():
    svg = fromstring(workflow.picture(bpmn(TWO_BRANCHES)))

    boxes = [
        tuple(float(box.get(name)) for name in ("x", "y", "width", "height"))
        for box in svg.iter("{http://www.w3.org/2000/svg}rect")
    ]
    for one, other in combinations(boxes, 2):
        beside = one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
        above = one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
        assert beside or above
