"""A running process goes on by another drawing: every token has its place there, or it is refused by name."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import engine, migrating
from tongban.platform.workflow.rules.marking import Marking
from tongban.platform.workflow.tests.drawings import INSTANT, TWO_BRANCHES, bpmn
from tongban.platform.workflow.tests.reference import PIECES
from tongban.platform.workflow.tests.steps import Process, at, table
from tongban.platform.workflow.tests.test_reference import History, drawn, labels

DUTIES = {kind: f"cases.{kind}" for kind in ("accept", "review", "inspect", "approve")}
RENAMED = TWO_BRANCHES.replace("review task", "check task").replace("split>review", "split>check")
RENAMED = RENAMED.replace("review>join", "check>join")
# The inspection comes behind the review.
IN_A_ROW = """
start
accept task 窗口受理 accept window
review task 资料审查 review review
inspect task 现场核查 inspect inspection
approve task 审批决定 approve approver
gate exclusive default=no
granted end 准予许可
refused end 不予许可
start>accept accept>review review>inspect inspect>approve approve>gate
gate>granted yes [approve = "grant"]
gate>refused no
"""


def moved(process, text, mapping=None, **more):
    new = reader.read(bpmn(text, **more))[0]
    return migrating.moved(process.graph, new, process.step.marking, mapping or {})


def two():
    return Process(TWO_BRANCHES).do("accept", "accept")


def test_what_is_called_the_same_stays_where_it_is():
    process = two()

    assert moved(process, TWO_BRANCHES.replace("days=10", "days=3")) == process.step.marking


def test_what_is_called_otherwise_is_named():
    marking = moved(two(), RENAMED, {"review": "check"})

    assert set(marking.open) == {"check", "inspect"}


def test_without_a_name_it_is_nowhere():
    with pytest.raises(migrating.Nowhere) as refused:
        moved(two(), RENAMED)

    assert refused.value.names == ["review"]


def test_tasks_of_another_kind_take_no_place():
    with pytest.raises(migrating.Nowhere) as refused:
        moved(two(), TWO_BRANCHES, {"review": "approve"})

    assert refused.value.names == ["review"]


def test_what_the_other_drawing_never_has_at_the_same_time_is_refused():
    with pytest.raises(migrating.Nowhere) as refused:
        moved(two(), IN_A_ROW)

    assert refused.value.names == ["inspect", "review"]


def test_where_only_one_rests_the_other_drawing_goes_on():
    process = Process(TWO_BRANCHES)

    assert moved(process, IN_A_ROW).open == ("accept",)


def test_a_token_that_waits_at_a_join_needs_the_same_join():
    process = two().do("review")
    joined = TWO_BRANCHES.replace("join parallel", "meet parallel").replace(">join", ">meet").replace("join>", "meet>")

    assert moved(process, TWO_BRANCHES).joins == process.step.marking.joins
    with pytest.raises(migrating.Nowhere) as refused:
        moved(process, joined)
    assert refused.value.names == ["join"]


def test_another_rule_of_signing_is_another_step():
    text = """
    start
    sign task 会签 review review signing={rule} signers=one|two|three
    end end 完
    start>sign sign>end
    """
    process = Process(text.format(rule="all")).do("sign[1]")

    assert moved(process, text.format(rule="all")) == process.step.marking
    with pytest.raises(migrating.Nowhere):
        moved(process, text.format(rule="any"))


def test_what_lies_in_a_sub_process_stays_in_it():
    outer = "start\nhandling sub 办理\nend end 完\nstart>handling handling>end"
    inner = "begin start 始\na task 甲 review r\nb task 乙 review r\ndone end 毕\nbegin>a a>b b>done"
    process = Process(outer, handling=inner)

    assert moved(process, outer, handling=inner).open == ("handling/a",)
    other = outer.replace("handling", "work")
    assert moved(process, other, {"handling": "work"}, work=inner).open == ("work/a",)
    with pytest.raises(migrating.Nowhere):
        moved(process, "start\na task 甲 review r\nend end 完\nstart>a a>end")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=PIECES, other=PIECES, seed=st.integers(0, 10_000), steps=st.integers(0, 12))
def test_whatever_is_moved_still_ends(one, other, seed, steps):
    """Of two drawings by chance, moved where the rule lets it: the history goes on and leaves nothing behind."""
    (first, _make), (second, _other) = drawn(one), drawn(other)
    history = History(first, seed)
    for _number in range(steps):
        if history.step.outcome:
            return
        label, outcome = history.choose(False)
        history.happen(label, outcome or history.chance.choice(["pass", "fail"]))
    if history.step.outcome:
        return
    graph = reader.read(second)[0]
    try:
        marking = migrating.moved(history.graph, graph, history.marking, {})
    except migrating.Nowhere:
        return

    history.graph = graph
    history.step = engine.Transition(marking, data=history.step.data)
    for number in range(400):
        if history.step.outcome:
            assert history.step.marking == Marking()
            return
        assert labels(graph, history.marking), "nothing can go on any more"
        label, outcome = history.choose(number > 60)
        history.happen(label, outcome or history.chance.choice(["pass", "fail"]))
    raise AssertionError("it never ended")


def test_a_process_moved_to_itself_at_any_step_stays_as_it_is():
    chance = random.Random(7)
    graph = reader.read(bpmn(TWO_BRANCHES))[0]
    for _time in range(20):
        step = engine.begin(graph, {}, table, at())
        while not step.outcome:
            assert migrating.moved(graph, graph, step.marking, {}) == step.marking
            task = chance.choice(step.marking.open)
            outcome = graph.nodes[task].outcomes[0]
            step = engine.advance(graph, step.marking, task, outcome, step.data, table, at())


@pytest.fixture
def roles(market, fire):
    return {"window": market.pk, "review": fire.pk, "inspection": fire.pk, "approver": market.pk}


def definition(text):
    return workflow.ProcessDefinition(bpmn=bpmn(text), duties=DUTIES)


def do(actor, key, outcome):
    task = Task.objects.open().select_related("department").get(key=key)
    return workflow.complete(actor=actor, task=task, outcome=outcome)


def test_the_tasks_follow_and_the_process_goes_on(calendar, begun, roles, wu, he, official, fire):
    begun()
    do(wu, "accept", "accept")
    due = Task.objects.open().get(key="review").due_on

    count = workflow.migrate(
        actor=SYSTEM, subject="case:1", definition=definition(RENAMED), roles=roles, mapping={"review": "check"}
    )

    assert count == 1
    task = Task.objects.open().get(key="check")
    assert (task.due_on, task.department_id, task.duty) == (due, fire.pk, "cases.review")
    fact = Fact.objects.about("case:1").get(name="workflow.ProcessMoved")
    assert fact.data["renamed"] == {"review": "check"}
    do(official("秦川", fire, "cases.review"), "check", "pass")
    do(he, "inspect", "pass")
    assert do(wu, "approve", "grant").instance.outcome == "granted"


def test_what_was_decided_already_is_known_by_its_new_name(calendar, begun, roles, wu):
    begun()
    do(wu, "accept", "accept")
    do(wu, "review", "fail")
    names = {"review": "check"}
    other = RENAMED.replace("[approve", '[check = "fail" and approve')

    workflow.migrate(actor=SYSTEM, subject="case:1", definition=definition(other), roles=roles, mapping=names)

    instance = Instance.objects.get()
    assert instance.data["check"] == "fail"
    assert "review" not in instance.data


def test_moving_a_second_time_changes_nothing(calendar, begun, roles):
    begun()
    more = {"actor": SYSTEM, "subject": "case:1", "definition": definition(IN_A_ROW), "roles": roles}

    assert workflow.migrate(**more) == 1
    assert workflow.migrate(**more) == 0
    assert Instance.objects.get().version == 2


def test_where_there_is_no_place_nothing_moves_and_the_steps_are_named(calendar, begun, roles, wu):
    begun()
    do(wu, "accept", "accept")
    before = Instance.objects.get().process_id

    with pytest.raises(workflow.NoPlaceThere) as refused:
        workflow.migrate(actor=SYSTEM, subject="case:1", definition=definition(INSTANT), roles=roles)

    assert refused.value.status == 409
    assert "review" in str(refused.value)
    assert Instance.objects.get().process_id == before


def test_a_role_that_nobody_plays_there_is_refused(calendar, begun, market):
    begun()

    with pytest.raises(workflow.RoleUnfilled):
        workflow.migrate(actor=SYSTEM, subject="case:1", definition=definition(IN_A_ROW), roles={"window": market.pk})


def test_what_has_ended_stays_as_it_was(calendar, begun, roles):
    begun()
    workflow.cancel(actor=SYSTEM, subject="case:1", reason="撤回")

    assert workflow.migrate(actor=SYSTEM, subject="case:1", definition=definition(IN_A_ROW), roles=roles) == 0
