"""Drawings that cannot run, each refused in words with its place; and files of other modellers that can."""

import pytest

from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.tests.drawings import FEE, INSTANT, TWO_BRANCHES, bpmn, dmn

HEAD = "start\na task 甲 review r\n"


def found(text, tables=()):
    return {(problem.place, problem.text.split(".")[0].split(":")[0]) for problem in workflow.check(bpmn(text), tables)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD + "e end 完\nstart>a a>e start>e", "start"),
        (HEAD + "e end 完\nstart>a a>e e>a", "e"),
        (HEAD + "b task 乙 review r\ne end 完\nstart>a a>b a>e b>e", "a"),
        (HEAD + "g exclusive\ne end 完\nstart>a a>e g>e", "g"),
        (HEAD + "g exclusive\ne end 完\nstart>a a>g a>e", "g"),
        (HEAD + "p parallel\ne end 完\nstart>a a>p p>e", "p"),
        (HEAD + "p parallel\nq task 乙 review r\ne end 完\nstart>p start>a a>p p>q p>e q>e", "p"),
        (HEAD + "d decision 收费 decision=fee\ne end 完\nstart>d d>a d>e a>e", "d"),
        (HEAD + "s end 完\nstart>a a>s start>s", "start"),
    ],
)
def test_an_element_has_as_many_ways_in_and_out_as_it_can_have(text, place):
    problems = workflow.check(bpmn(text), {"fee.dmn": FEE})

    wrong = [problem for problem in problems if "lead out" in problem.text]
    assert place in {problem.place for problem in wrong}
    assert all(problem.forbids and problem.remedy for problem in wrong)


def test_two_starts_are_one_too_many():
    text = bpmn(INSTANT).replace("<bpmn:startEvent", '<bpmn:startEvent id="s2"/><bpmn:startEvent')

    assert "The process has %(count)d start events." in {problem.text for problem in workflow.check(text)}


@pytest.mark.parametrize(
    ("days", "kept"),
    [("1", 1), ("20", 20), ("3650", 3650), ("0020", 20)],
)
def test_working_days_of_a_task_are_read(days, kept):
    (step,) = workflow.steps(bpmn(f"start\na task 甲 review r days={days}\ne end 完\nstart>a a>e"))

    assert step.days == kept


@pytest.mark.parametrize(
    "days",
    ["0", "-1", "3651", "1.5", "ten", "٣", "99999", "1000000", "00001999999999", "1e3", "二十", "00000000000000000001"],
)
def test_working_days_that_no_calendar_holds_are_refused(days):
    text = f"start\na task 甲 review r days={days}\ne end 完\nstart>a a>e"

    assert ("a", "tongban") in found(text)


def test_two_ends_in_one_step_leave_the_outcome_open():
    text = "start\na task 甲 review r\np parallel\ne end 完\nf end 毕\nstart>a a>p p>e p>f"

    assert {words for _place, words in found(text)} == {
        "Two branches can end independently, so the outcome would not be clear"
    }


def test_an_end_beside_a_waiting_task_says_what_is_waiting():
    text = "start\na task 甲 review r\np parallel\nb task 乙 review r\ne end 完\nf end 毕\nstart>a a>p p>e p>b b>f"

    problems = workflow.check(bpmn(text))

    assert [problem.details["others"] for problem in problems if "others" in problem.details] == ["b"]


def test_a_part_that_leads_to_no_end_is_refused():
    text = """
    start
    a task 甲 review r
    g exclusive default=on
    b task 乙 review r
    c task 丙 review r
    e end 完
    start>a a>g b>c c>b
    g>b lost [a = "fail"]
    g>e on
    """

    assert found(text) == {("b", "No end can be reached from here")}


def test_too_many_branches_at_once_are_not_checked_for_ever():
    branches = range(15)
    lines = ["start", "p parallel", "q parallel", "e end 完", "start>p q>e"]
    lines += [f"t{number} task 办 review r" for number in branches]
    lines += [f"p>t{number} t{number}>q" for number in branches]

    assert {words for _place, words in found("\n".join(lines))} == {"The process has too many states to be checked"}


@pytest.mark.parametrize("key", ["Accept", "1st", "窗口", "a-b", "a.b", "_a"])
def test_an_id_that_no_condition_can_name_is_refused(key):
    text = f"start\n{key} task 甲 review r\ne end 完\nstart>{key} {key}>e"

    assert [problem.place for problem in workflow.check(bpmn(text)) if "named in a condition" in problem.text] == [key]


def test_a_decision_that_names_no_table_is_refused():
    text = "start\nfee decision 收费\na task 办 accept window\ne end 完\nstart>fee fee>a a>e"

    assert ("fee", "The decision names no table") in found(text)


def test_a_missing_table_is_named_with_those_that_are_there():
    text = "start\nfee decision 收费 decision=tax\na task 办 accept window\ne end 完\nstart>fee fee>a a>e"

    (problem,) = workflow.check(bpmn(text), {"fee.dmn": FEE})

    assert (problem.place, problem.details) == ("fee", {"table": "tax", "known": "fee"})


def test_outcomes_of_its_own_make_a_kind_of_task_of_any_name():
    text = """
    start
    a task 缴费 pay cashier outcomes=paid|unpaid
    g exclusive default=no
    e end 已缴
    f end 未缴
    start>a a>g
    g>e yes [a = "paid"]
    g>f no
    """

    assert workflow.check(bpmn(text)) == []
    assert [step.outcomes for step in workflow.steps(bpmn(text))] == [("paid", "unpaid")]


@pytest.mark.parametrize(
    ("kind", "outcomes"),
    [
        ("accept", ("accept",)),
        ("review", ("pass", "fail")),
        ("inspect", ("pass", "fail")),
        ("approve", ("grant", "refuse")),
    ],
)
def test_the_usual_kinds_of_task_have_their_outcomes(kind, outcomes):
    (step,) = workflow.steps(bpmn(f"start\na task 甲 {kind} r\ne end 完\nstart>a a>e"))

    assert step.outcomes == outcomes


def test_roles_are_named_once_in_the_order_of_the_file():
    assert workflow.roles(bpmn(TWO_BRANCHES)) == ["window", "review", "inspection", "approver"]
    assert workflow.roles("no drawing") == []


EXTENDED = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


def with_extension(place: str) -> str:
    """Write what Camunda's modeller adds for its engine into one part of a drawing."""
    inner = "<bpmn:extensionElements><camunda:x/></bpmn:extensionElements>"
    text = bpmn(INSTANT).replace("<bpmn:definitions ", f"<bpmn:definitions {EXTENDED} ")
    return {
        "definitions": text.replace("<bpmn:process ", f"{inner}<bpmn:process ", 1),
        "process": text.replace("<bpmn:startEvent", f"{inner}<bpmn:startEvent", 1),
        "start": text.replace(
            '<bpmn:startEvent id="start"/>', f'<bpmn:startEvent id="start">{inner}</bpmn:startEvent>'
        ),
        "no": text.replace('targetRef="refused"></', f'targetRef="refused">{inner}</', 1).replace(
            'targetRef="refused"/>', f'targetRef="refused">{inner}</bpmn:sequenceFlow>', 1
        ),
    }[place]


@pytest.mark.parametrize("place", ["definitions", "process", "start", "no"])
def test_what_other_modellers_add_for_their_engines_is_named_and_forbids_nothing(place):
    (problem,) = workflow.check(with_extension(place))

    assert (problem.severity, problem.place, problem.details) == ("warning", place, {"places": place})


def test_an_attribute_of_another_modeller_is_named_too():
    text = bpmn(INSTANT).replace("<bpmn:definitions ", f"<bpmn:definitions {EXTENDED} ")
    text = text.replace("<bpmn:userTask ", '<bpmn:userTask camunda:assignee="demo" ')

    (problem,) = workflow.check(text)

    assert (problem.severity, problem.place) == ("warning", "approve")


@pytest.mark.parametrize(
    ("inner", "refused"),
    [
        ("<bpmn:multiInstanceLoopCharacteristics/>", True),
        ("<bpmn:standardLoopCharacteristics/>", True),
        ("<bpmn:documentation>说明</bpmn:documentation>", False),
        ("<bpmn:incoming>f</bpmn:incoming>", False),
    ],
)
def test_what_a_task_holds_is_carried_or_refused(inner, refused):
    text = bpmn(INSTANT).replace("</bpmn:userTask>", f"{inner}</bpmn:userTask>")

    assert bool(workflow.check(text)) is refused


def test_a_timer_that_says_nothing_is_refused():
    text = bpmn(INSTANT).replace(
        '<bpmn:startEvent id="start"/>', '<bpmn:startEvent id="start"><bpmn:timerEventDefinition/></bpmn:startEvent>'
    )

    assert [(problem.place, problem.text) for problem in workflow.check(text)] == [
        ("start", "The timer does not say when it is due.")
    ]


@pytest.mark.parametrize(
    ("pool", "refused"),
    [
        ('<bpmn:participant id="p1" processRef="p"/>', False),
        ('<bpmn:participant id="p1"/><bpmn:participant id="p2"/>', False),
        ('<bpmn:participant id="p1"/><bpmn:messageFlow id="m" sourceRef="a" targetRef="b"/>', False),
        ('<bpmn:participant id="p1"/><bpmn:choreographyTask id="x"/>', True),
        ("", True),
    ],
    ids=["one pool", "two pools", "messages", "something else", "no pool"],
)
def test_a_pool_around_the_one_process_is_only_a_frame(pool, refused):
    text = bpmn(INSTANT).replace(
        "<bpmn:process ", f'<bpmn:collaboration id="c">{pool}</bpmn:collaboration><bpmn:process ', 1
    )

    assert bool([problem for problem in workflow.check(text) if problem.forbids]) is refused


def test_names_that_a_process_asks_for_leave_out_those_its_own_tasks_give():
    text = """
    start
    accept task 受理 accept window
    fee decision 收费 decision=fee
    gate exclusive default=free
    charge task 收费 review review outcomes=paid
    e end 完
    start>accept accept>fee fee>gate charge>e
    gate>charge paying [fee.cost > 0 and accept = "accept" and area_m2 > 20]
    gate>e free
    """

    assert workflow.check(bpmn(text), {"fee.dmn": FEE}) == []
    assert workflow.asked_names(bpmn(text), {"fee.dmn": FEE}) == {"paying": {"area_m2"}, "fee": {"people"}}
    assert workflow.asked_names(bpmn(text)) == {"paying": {"area_m2"}}


def test_one_decision_in_two_files_is_one_too_many():
    (problem,) = workflow.check(bpmn(INSTANT), {"a.dmn": FEE, "b.dmn": FEE})

    assert (problem.file, problem.place, problem.details) == ("b.dmn", "fee", {"id": "fee"})


@pytest.mark.parametrize(
    ("rules", "gap"),
    [
        ('< date("2026-01-01") => 1\n> date("2026-01-01") => 2', '"2026-01-01"'),
        ('"a" => 1', ""),
        ("true => 1", "false"),
        ("[1..5] => 1\n[7..9] => 2\n> 9 => 3\n< 1 => 4", "6"),
        ("<= 1 => 1\n>= 2 => 2", "1.5"),
        ("- => 1", ""),
    ],
)
def test_a_table_with_a_gap_names_an_applicant_who_falls_through(rules, gap):
    problems = workflow.check(bpmn(INSTANT), {"a.dmn": dmn("n", "o", rules)})

    if gap:
        (problem,) = problems
        assert problem.severity == "warning"
        assert gap.strip('"') in str(problem.details["values"])
    else:
        assert problems == []


def test_rules_that_both_match_are_named_by_their_numbers():
    (problem,) = workflow.check(bpmn(INSTANT), {"a.dmn": dmn("n", "o", "<= 10 => 1\n>= 10 => 2")})

    assert problem.details == {"rules": "1, 2", "values": "n = 10"}
    assert problem.forbids


def test_a_table_with_two_faults_tells_each_once():
    problems = workflow.check(bpmn(INSTANT), {"a.dmn": dmn("n", "o", "< 10 => 1\n< 20 => 2\n> 30 => 3")})

    assert sorted(problem.severity for problem in problems) == ["error", "warning"]


def test_a_process_may_be_checked_without_looking_into_its_tables():
    table = {"a.dmn": dmn("n", "o", "<= 10 => 1\n>= 10 => 2")}

    assert workflow.check(bpmn(INSTANT), table, alone=False) == []


def test_a_broken_table_stops_its_process_with_the_file_named():
    definition = workflow.ProcessDefinition(bpmn(INSTANT), tables={"fee.dmn": "<a/>"})

    with pytest.raises(workflow.BrokenDefinition, match=r"fee\.dmn"):
        assert definition.graph


def test_a_sound_process_says_its_graph():
    graph = workflow.ProcessDefinition(bpmn(INSTANT)).graph

    assert graph.start.id == "start"
    assert [node.id for node in graph.tasks] == ["approve"]
    assert graph.name == "示例流程"
