"""What is kept of a process and its tasks, and what the journal says of each step."""

from datetime import UTC, date, datetime

import pytest

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Position
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.events import TaskOpened
from tongban.platform.workflow.models import MAX_ABOUT, NO_LIMIT, Instance, Process, Task
from tongban.platform.workflow.tests.conftest import DUTIES
from tongban.platform.workflow.tests.drawings import INSTANT, TWO_BRANCHES, bpmn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)


STOPPING = """
start
split parallel
review task 资料审查 review review
inspect task 现场核查 inspect inspection
gate exclusive default=on
join parallel
stopped stop 终止
passed end 通过
start>split split>review split>inspect review>gate inspect>join join>passed
gate>stopped off [review = "fail"]
gate>join on
"""


def the_task(key, subject="case:1"):
    return Task.objects.of(subject).open().get(key=key)


def dismiss(official):
    identity.end_position(actor=SYSTEM, position=Position.objects.get(account=official.account))


def told(name, subject="case:1"):
    return list(Fact.objects.about(subject).filter(name=f"workflow.{name}").order_by("pk"))


def test_an_instance_keeps_what_it_began_with(begun, market):
    with clock.at(MORNING):
        begun(INSTANT, title="食品经营许可 · 禾香", topic="food-business", due=date(2026, 4, 1))

    instance = Instance.objects.get(subject="case:1")
    assert (instance.state, instance.outcome, instance.ended_at) == ("running", "", None)
    assert (instance.about, instance.topic, instance.area) == ("食品经营许可 · 禾香", "food-business", "990102")
    assert (instance.due_on, instance.started_at) == (date(2026, 4, 1), MORNING)
    # Roles that the drawing does not ask for are not its business.
    assert instance.roles == {"window": market.pk}
    assert instance.marking == {"open": ["approve"], "joins": {}}


def test_a_task_keeps_where_it_lies_and_what_it_is_about(begun, fire, wu):
    with clock.at(MORNING):
        begun(title="禾香", topic="food-business")
        workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")

    task = the_task("inspect")
    assert (task.title, task.kind, task.role, task.duty) == ("现场核查", "inspect", "inspection", "cases.inspect")
    assert (task.department, task.area, task.subject) == (fire, "990102", "case:1")
    assert (task.about, task.topic, task.opened_at) == ("禾香", "food-business", MORNING)
    assert (task.claimed_by, task.done_by, task.done_at, task.outcome) == (None, None, None, "")


def test_a_finished_task_keeps_who_said_what_and_when(begun, wu):
    begun()
    opened = the_task("accept")

    with clock.at(MORNING):
        workflow.complete(
            actor=wu, task=opened, outcome="accept", opinion="材料齐全，符合法定形式", data={"counter": 3}
        )

    task = Task.objects.get(pk=opened.pk)
    assert (task.state, task.outcome, task.opinion) == ("done", "accept", "材料齐全，符合法定形式")
    assert (task.data, task.done_by_id, task.done_at) == ({"counter": 3}, wu.account, MORNING)
    assert task.version == opened.version + 1


def test_a_task_that_was_finished_without_words_keeps_none(begun, wu):
    begun()
    workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")

    task = Task.objects.get(key="accept")
    assert (task.opinion, task.data) == ("", {})


def test_what_a_finished_task_said_stays_in_the_instance_for_later_conditions(begun, wu):
    begun()
    workflow.complete(actor=wu, task=the_task("accept"), outcome="accept", due=date(2026, 12, 1))

    instance = Instance.objects.get(subject="case:1")
    assert instance.data == {"accept": "accept"}
    assert instance.marking["open"] == ["review", "inspect"]
    assert (instance.version, instance.due_on) == (2, date(2026, 12, 1))


def test_an_ended_instance_keeps_its_outcome_and_its_moment(begun, wu):
    begun(INSTANT)

    with clock.at(MORNING):
        workflow.complete(actor=wu, task=the_task("approve"), outcome="refuse")

    instance = Instance.objects.get(subject="case:1")
    assert (instance.state, instance.outcome, instance.ended_at) == ("ended", "refused", MORNING)
    assert instance.marking == {"open": [], "joins": {}}


def test_the_journal_says_who_finished_what_and_which_tasks_that_opened(begun, wu, he):
    begun()
    task = workflow.complete(actor=wu, task=the_task("accept"), outcome="accept", opinion="齐全")

    (fact,) = told("TaskDone")
    assert fact.data == {
        "task": str(task.uid),
        "key": "accept",
        "kind": "accept",
        "outcome": "accept",
        "department": "market-regulation",
        "opened": ["review", "inspect"],
        "on_behalf_of": None,
    }
    assert (fact.reason, fact.account, fact.actor) == ("齐全", wu.account, "吴志远")


def test_the_journal_says_by_whom_a_process_ended_and_how(begun, wu):
    begun(INSTANT)
    workflow.complete(actor=wu, task=the_task("approve"), outcome="grant")

    (fact,) = told("ProcessEnded")
    assert fact.data == {"process": "p", "outcome": "granted"}
    assert fact.account == wu.account


def test_an_opened_task_is_told_only_where_a_room_listens(begun, wu, monkeypatch):
    begun()
    assert told("TaskOpened") == []

    name = journal.name_of(TaskOpened)
    monkeypatch.setitem(journal._reactions, name, ["workflow.nothing"])
    monkeypatch.setattr(journal.jobs, "enqueue_all", lambda *words, **more: None)
    workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")

    assert [fact.data["key"] for fact in told("TaskOpened")] == ["review", "inspect"]
    (first, _second) = told("TaskOpened")
    assert first.data == {
        "task": str(the_task("review").uid),
        "key": "review",
        "kind": "review",
        "department": "market-regulation",
        "subject": "case:1",
    }
    assert first.account == wu.account


def test_an_end_that_stops_everything_takes_the_other_tasks_off_the_desks(begun, wu):
    begun(STOPPING)
    begun(STOPPING, subject="case:2")

    with clock.at(MORNING):
        task = workflow.complete(actor=wu, task=the_task("review"), outcome="fail")

    assert (task.instance.state, task.instance.outcome) == ("ended", "stopped")
    other = Task.objects.get(subject="case:1", key="inspect")
    assert (other.state, other.done_at, other.done_by) == ("cancelled", MORNING, None)
    assert [task.key for task in Task.objects.of("case:2").open()] == ["review", "inspect"]
    assert Task.objects.get(subject="case:1", key="review").state == "done"


def test_a_branch_that_goes_on_leaves_the_other_one_open(begun, wu):
    begun(STOPPING)
    workflow.complete(actor=wu, task=the_task("review"), outcome="pass")

    assert [task.key for task in Task.objects.of("case:1").open()] == ["inspect"]
    assert Instance.objects.get(subject="case:1").marking["joins"] == {"join": ["on"]}


def test_moving_a_last_day_is_kept_and_told_with_its_reason(begun, wu):
    begun()
    seen = the_task("accept")

    workflow.reschedule(actor=wu, task=seen, due_on=date(2026, 12, 1), reason="延长期限")

    kept = Task.objects.get(pk=seen.pk)
    assert (kept.due_on, kept.version) == (date(2026, 12, 1), seen.version + 1)
    (fact,) = told("TaskRescheduled")
    assert fact.data == {
        "task": str(seen.uid),
        "key": "accept",
        "due_on": "2026-12-01",
        "before": seen.due_on.isoformat(),
    }
    assert (fact.reason, fact.account) == ("延长期限", wu.account)


@pytest.mark.parametrize("outcome", ["", "grant", "ACCEPT", "accept ", "pass"])
def test_an_unknown_outcome_names_those_that_are_possible(begun, wu, outcome):
    begun()

    with pytest.raises(workflow.UnknownOutcome) as refused:
        workflow.complete(actor=wu, task=the_task("accept"), outcome=outcome)

    assert refused.value.details == {"outcome": outcome, "title": "窗口受理", "outcomes": "accept"}
    assert the_task("accept").version == 1


def test_a_cancelled_process_keeps_when_and_why_and_leaves_others_alone(begun, wu):
    begun()
    begun(subject="case:2")
    workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")

    with clock.at(MORNING):
        workflow.cancel(actor=wu, subject="case:1", reason="申请人撤回")

    instance = Instance.objects.get(subject="case:1")
    assert (instance.state, instance.outcome, instance.ended_at, instance.version) == ("cancelled", "", MORNING, 3)
    assert instance.marking == {"open": [], "joins": {}}
    states = {task.key: (task.state, task.done_at) for task in Task.objects.of("case:1")}
    assert states["review"] == states["inspect"] == ("cancelled", MORNING)
    assert states["accept"][0] == "done"
    assert Instance.objects.get(subject="case:2").state == "running"
    assert the_task("accept", "case:2").state == "open"
    (fact,) = told("ProcessEnded")
    assert (fact.data, fact.reason, fact.account) == ({"process": "p", "outcome": ""}, "申请人撤回", wu.account)


def test_an_ended_process_is_not_cancelled_any_more(begun, wu):
    begun(INSTANT)
    workflow.complete(actor=wu, task=the_task("approve"), outcome="grant")

    workflow.cancel(actor=SYSTEM, subject="case:1", reason="晚了")

    assert Instance.objects.get(subject="case:1").outcome == "granted"
    assert len(told("ProcessEnded")) == 1


def test_cancelling_names_the_process_that_ran(begun):
    begun(INSTANT)
    definition = workflow.ProcessDefinition(bpmn=bpmn(INSTANT, key="another"), duties=DUTIES, key="licence-renewal")
    department = Task.objects.get(subject="case:1").department_id
    workflow.start(actor=SYSTEM, definition=definition, subject="case:2", roles={"window": department})

    workflow.cancel(actor=SYSTEM, subject="case:2", reason="撤回")

    assert told("ProcessEnded", "case:2")[0].data["process"] == "licence-renewal"


def test_a_process_is_kept_word_for_word_once_under_its_key(begun):
    begun(INSTANT)
    begun(INSTANT, subject="case:2")

    process = Process.objects.get()
    assert (process.key, process.name) == ("p", "示例流程")
    assert (process.bpmn, process.tables, process.duties) == (bpmn(INSTANT), [], DUTIES)


@pytest.mark.parametrize(
    "other",
    [{"bpmn": bpmn(TWO_BRANCHES)}, {"duties": {}}, {"tables": ("<a/>",)}],
    ids=["drawing", "duties", "tables"],
)
def test_another_text_is_another_process(other):
    same = {"bpmn": bpmn(INSTANT), "duties": DUTIES, "tables": ()}

    assert workflow.ProcessDefinition(**same).pk == workflow.ProcessDefinition(**same, key="other").pk
    assert workflow.ProcessDefinition(**same).pk != workflow.ProcessDefinition(**same | other).pk
    assert 0 < workflow.ProcessDefinition(**same).pk < 2**63


def test_long_titles_are_cut_to_what_lists_hold(begun):
    begun(INSTANT.replace("当场审批", "审" * 200), title="长" * 500)

    task = the_task("approve")
    assert len(task.about) == MAX_ABOUT
    assert task.title == "审" * 120


def test_days_of_a_task_go_before_those_of_the_process(begun, wu):
    with clock.at(datetime(2026, 9, 29, 10, tzinfo=UTC)):
        begun(due=date(2026, 11, 2))

    assert the_task("accept").due_on == date(2026, 10, 12)
    assert Instance.objects.get().due_on == date(2026, 11, 2)


def test_without_any_day_a_task_sorts_last(begun):
    begun(INSTANT)

    assert Instance.objects.get().due_on == NO_LIMIT
    assert the_task("approve").due_on == NO_LIMIT


def test_a_role_without_a_department_is_named(market):
    definition = workflow.ProcessDefinition(bpmn=bpmn(TWO_BRANCHES), duties=DUTIES)

    with pytest.raises(workflow.RoleUnfilled) as refused:
        workflow.start(actor=SYSTEM, definition=definition, subject="case:1", roles={"window": market.pk})

    assert refused.value.details == {"role": "review"}
    assert not Instance.objects.exists()
    assert not Process.objects.exists()


def test_a_finished_task_keeps_who_signed_for_it_whatever_becomes_of_them(begun, wu):
    begun()
    task = workflow.claim(actor=wu, task=the_task("accept"))
    workflow.complete(actor=wu, task=task, outcome="accept")
    dismiss(wu)

    assert workflow.return_claimed(account=Account.objects.get(pk=wu.account)) == 0
    assert Task.objects.get(pk=task.pk).claimed_by_id == wu.account
