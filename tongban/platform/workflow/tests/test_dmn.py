"""Decision tables: hit policies, types, allowed values, chained decisions, gaps and overlaps."""

import pytest
from django.utils import translation

from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.rules import dmnfile, gaps
from tongban.platform.workflow.tests.drawings import INSTANT, bpmn, dmn

pytestmark = pytest.mark.found("J-DMN")

MISSING = dmn(
    "kind area", "material", '"shop" | - => "营业执照"\n- | > 200 => "消防意见"\n- | - => "申请表"', policy="COLLECT"
)
POINTS = dmn("area", "points", "> 100 => 3\n> 200 => 4\n> 300 => 5.5", policy="COLLECT")


def ask(table, **data):
    return workflow.decide_table(table, "fee", data)


def with_sum(name):
    return POINTS.replace('"COLLECT"', f'"COLLECT" aggregation="{name}"')


@pytest.mark.parametrize(
    "space",
    [
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    ],
)
def test_every_version_of_dmn_is_read(space):
    table = dmn("n", "o", "- => 1").replace("https://www.omg.org/spec/DMN/20191111/MODEL/", space)

    assert ask(table, n=1) == {"o": 1}


def test_a_single_output_needs_no_name():
    assert ask(dmn("n", "o", "- => 1").replace('<output name="o"/>', "<output/>"), n=1) == {"fee": 1}
    two = dmn("n", "o p", "- => 1 | 2").replace('<output name="o"/>', "<output/>")
    assert "distinguished" in dmnfile.read(two)[1][0].text


def test_collect_lists_what_is_missing():
    assert ask(MISSING, kind="shop", area=300) == {"material": ["营业执照", "消防意见", "申请表"]}
    assert ask(MISSING, kind="home") == {"material": ["申请表"]}
    assert ask(POINTS, area=1) == {"points": []}


@pytest.mark.parametrize(
    ("name", "area", "points"),
    [("SUM", 350, 12.5), ("SUM", 150, 3), ("MIN", 350, 3), ("MAX", 350, 5.5), ("COUNT", 250, 2)],
)
def test_collect_adds_up(name, area, points):
    assert ask(with_sum(name), area=area) == {"points": points}


def test_collect_counts_none_and_sums_nothing():
    assert ask(with_sum("COUNT"), area=1) == {"points": 0}
    with pytest.raises(workflow.NoRuleFits):
        ask(with_sum("SUM"), area=1)


RISK = '> 0 => "low"\n> 100 => "high"\n> 50 => "middle"'


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        ("FIRST", "low"),
        ("PRIORITY", "high"),
        ("RULE ORDER", ["low", "high", "middle"]),
        ("OUTPUT ORDER", ["high", "middle", "low"]),
    ],
)
def test_the_hit_policy_says_which_rules_answer(policy, answer):
    order = '<output name="o"><outputValues><text>"high","middle","low"</text></outputValues></output>'

    assert ask(dmn("n", "o", RISK, policy=policy).replace('<output name="o"/>', order), n=200) == {"o": answer}


def test_a_priority_without_an_order_is_refused():
    assert "takes priority" in dmnfile.read(dmn("n", "o", RISK, policy="PRIORITY"))[1][0].text


def test_any_wants_rules_that_agree():
    table = dmn("a b", "o", '1 | - => "x"\n- | 1 => "x"\n2 | 2 => "y"\n2 | - => "z"', policy="ANY")

    assert ask(table, a=1, b=1) == {"o": "x"}
    with pytest.raises(workflow.NoRuleFits):
        ask(table, a=2, b=2)


def test_several_outputs_of_several_rules_are_lists():
    table = dmn("n", "code days", '> 1 => "a" | 1\n> 2 => "b" | 2', policy="RULE ORDER")

    found = workflow.explain_table(table, "fee", {"n": 3})

    assert found.outputs == {"code": ["a", "b"], "days": [1, 2]}
    assert found.value == [{"code": "a", "days": 1}, {"code": "b", "days": 2}]


def test_a_default_answers_where_no_rule_fits():
    default = '<output name="o"><defaultOutputEntry><text>"人工判断"</text></defaultOutputEntry></output>'
    table = dmn("n", "o", '< 10 => "免"').replace('<output name="o"/>', default)

    assert ask(table, n=None) == {"o": "人工判断"}
    assert workflow.check(bpmn(INSTANT), {"fee.dmn": table}) == []


def test_names_are_bounds_in_cells():
    table = dmn("area limit", "o", "[0..limit] | - => 1\n> limit | - => 2\nnull | - => 3")

    assert [ask(table, area=area, limit=5) for area in (5, 6, None)] == [{"o": 1}, {"o": 2}, {"o": 3}]
    assert workflow.decisions(table)["fee"].asked_names() == {"area", "limit"}
    with pytest.raises(workflow.NoRuleFits):
        ask(table, area=3)


def test_dates_in_answers_are_text_and_columns_of_dates_read_them():
    table = dmn("born", "o", '< date("1946-11-28") => "old"\n>= date("1946-11-28") => "young"')

    assert [ask(table, born=day)["o"] for day in ("1946-11-27", "1946-11-28")] == ["old", "young"]
    with pytest.raises(workflow.NoRuleFits):
        ask(table, born="yesterday")


def test_a_formula_is_a_decision_and_feeds_a_table():
    text = dmn("Fee-free area", "o", '<= 10 => "免收"\n> 10 => "收费"'.replace("area", ""), key="fee")
    text = text.replace("Fee-free</text>", "Fee-free area</text>").replace(
        '<input label="area"><inputExpression><text>area</text></inputExpression></input>', ""
    )
    first = (
        '<decision id="free" name="Fee-free area"><variable name="Fee-free area"/>'
        "<literalExpression><text>area - rooms * 2</text></literalExpression></decision>"
    )
    need = '<informationRequirement><requiredDecision href="#free"/></informationRequirement>'
    chained = text.replace('<decision id="fee" name="收费">', f'{first}<decision id="fee" name="收费">{need}')

    assert workflow.decide_table(chained, "free", {"area": 20, "rooms": 3}) == {"free": 14}
    assert [ask(chained, area=area, rooms=3)["o"] for area in (20, 16)] == ["收费", "免收"]
    assert workflow.decisions(chained)["fee"].asked_names() == {"area", "rooms"}
    typed = chained.replace('<variable name="Fee-free area"/>', '<variable name="Fee-free area" typeRef="string"/>')
    assert workflow.decide_table(typed, "free", {"area": 20, "rooms": 3}) == {"free": None}
    circle = chained.replace("<literalExpression>", need.replace("#free", "#fee") + "<literalExpression>")
    assert "needs this decision" in dmnfile.read(circle)[1][0].text


def test_a_whole_column_has_no_gap_between_two_numbers():
    table = dmn("people", "o", "[0..5] => 1\n>= 6 => 2\n< 0 => 3")
    whole = table.replace("<inputExpression>", '<inputExpression typeRef="integer">')

    assert [problem.text[:15] for problem in workflow.check(bpmn(INSTANT), {"a.dmn": table})] == ["No rule matches"]
    assert workflow.check(bpmn(INSTANT), {"a.dmn": whole}) == []


def test_allowed_values_bound_the_gap_check_and_the_answer():
    table = dmn("people", "o", "[1..5] => 1\n> 5 => 2")
    bounded = table.replace("</inputExpression>", "</inputExpression><inputValues><text>&gt;= 1</text></inputValues>")
    named = table.replace("<decision ", ITEM + "<decision ").replace(
        "<inputExpression>", '<inputExpression typeRef="household">'
    )

    assert workflow.check(bpmn(INSTANT), {"a.dmn": table}) != []
    assert workflow.check(bpmn(INSTANT), {"a.dmn": bounded}) == workflow.check(bpmn(INSTANT), {"a.dmn": named}) == []
    with pytest.raises(workflow.NoRuleFits):
        ask(bounded.replace("&gt; 5 ", "- "), people=0)


ITEM = (
    '<itemDefinition name="household"><typeRef>integer</typeRef>'
    "<allowedValues><text>&gt;= 1</text></allowedValues></itemDefinition>"
)


def test_a_gap_warns_and_an_overlap_forbids():
    gap, overlap = dmn("n", "o", "< 10 => 0\n> 10 => 1"), dmn("n", "o", "<= 10 => 0\n>= 10 => 1")

    assert [problem.forbids for problem in workflow.check(bpmn(INSTANT), {"a.dmn": gap})] == [False]
    assert [problem.forbids for problem in workflow.check(bpmn(INSTANT), {"a.dmn": overlap})] == [True]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (with_sum("SUM").replace('<output name="points"/>', '<output name="points"/><output name="b"/>'), "Rule 1 has"),
        (dmn("n", "o", "- => 1", policy="FIRST").replace('"FIRST"', '"FIRST" aggregation="SUM"'), "hit policy"),
        (dmn("n", "o", "- => 1").replace("<decisionTable ", '<decisionTable expressionLanguage="python" '), "python"),
        (dmn("n", "o", "- => a == 1"), "formula"),
        (dmn("n", "o", "- => 1").replace("decisionTable", "invocation"), "not exactly one"),
    ],
)
def test_what_is_not_carried_is_refused_by_name(table, words):
    problems = dmnfile.read(table)[1]

    with translation.override("en"):
        assert any(words in workflow.sentence(problem) for problem in problems)


def test_faults_name_the_data_that_nobody_can_answer():
    table = workflow.decisions(dmn("n", "o", "< 10 => 0\n>= 10 => 1\n> 20 => 2"))["fee"]

    found = list(workflow.table_faults(table, [{"n": None}, {"n": 5}, {"n": 30}]))

    assert [(dict(fault.data), fault.rules) for fault in found] == [({"n": None}, ()), ({"n": 30}, (2, 3))]
    assert list(gaps.combinations({"n": range(gaps.MAX_SAMPLES + 1)})) == []
