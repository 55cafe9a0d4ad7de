from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.memo import Memo
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import NO_LIMIT, Instance, Process, Task
from tongban.platform.workflow.services import definitions
from tongban.platform.workflow.tests.at_once import at_once
from tongban.platform.workflow.tests.drawings import FEE, INSTANT, TWO_BRANCHES, bpmn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]

DUTIES = {kind: f"cases.{kind}" for kind in ("accept", "review", "inspect", "approve")}


def a_start(market, fire, text=TWO_BRANCHES, subject="case:1", duties=DUTIES, tables=(), **more):
    definition = workflow.ProcessDefinition(bpmn=bpmn(text), duties=duties, tables=tables)
    roles = {"window": market.pk, "review": market.pk, "inspection": fire.pk, "approver": market.pk}
    return workflow.start(actor=SYSTEM, definition=definition, subject=subject, roles=roles, area="990102", **more)


def the_task(key, subject="case:1"):
    return Task.objects.get(key=key, subject=subject, state="open")


def open_keys(subject="case:1"):
    return [task.key for task in Task.objects.of(subject).open()]


@pytest.mark.requirement("APP-S-26")
def test_a_process_opens_two_branches_and_ends_with_what_the_approver_decides(market, fire, wu, he):
    instance = a_start(market, fire, title="食品经营许可 · 禾香")
    assert open_keys() == ["accept"]

    task = workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")
    assert [new.key for new in task.opened] == open_keys() == ["review", "inspect"]
    workflow.complete(actor=he, task=the_task("inspect"), outcome="pass", opinion="现场符合要求")
    assert open_keys() == ["review"]
    workflow.complete(actor=wu, task=the_task("review"), outcome="pass")
    task = workflow.complete(actor=wu, task=the_task("approve"), outcome="grant")

    assert task.instance == instance
    assert (task.instance.state, task.instance.outcome) == ("ended", "granted")
    assert open_keys() == []
    assert task.about == "食品经营许可 · 禾香"
    names = list(Fact.objects.about("case:1").values_list("name", flat=True))
    assert names == ["workflow.TaskDone"] * 4 + ["workflow.ProcessEnded"]


def test_a_refusal_leads_to_the_other_end(market, fire, wu):
    a_start(market, fire, INSTANT)

    task = workflow.complete(actor=wu, task=the_task("approve"), outcome="refuse", opinion="不符合条件")

    assert task.instance.outcome == "refused"


def test_a_finished_task_cannot_be_finished_again(market, fire, wu):
    a_start(market, fire)
    task = the_task("accept")
    workflow.complete(actor=wu, task=task, outcome="accept")

    with pytest.raises(workflow.AlreadyDone):
        workflow.complete(actor=wu, task=task, outcome="accept")

    assert open_keys() == ["review", "inspect"]


def test_a_task_that_was_looked_at_too_long_ago_is_not_finished(market, fire, wu):
    a_start(market, fire)
    seen = the_task("accept")
    workflow.claim(actor=wu, task=seen)

    with pytest.raises(Conflict):
        workflow.complete(actor=wu, task=seen, outcome="accept", version=seen.version)


def test_an_outcome_that_the_process_does_not_know_is_refused(market, fire, wu):
    a_start(market, fire)

    with pytest.raises(workflow.UnknownOutcome):
        workflow.complete(actor=wu, task=the_task("accept"), outcome="grant")


def test_who_lacks_the_duty_cannot_finish_or_claim(market, fire, he, official):
    a_start(market, fire)
    elsewhere = official("远方", market, "cases.accept", area="990103")

    for actor in (he, elsewhere, ANONYMOUS):
        with pytest.raises(NotAllowed):
            workflow.complete(actor=actor, task=the_task("accept"), outcome="accept")
        with pytest.raises(NotAllowed):
            workflow.claim(actor=actor, task=the_task("accept"))


def test_a_task_without_a_duty_belongs_to_the_house(market, fire, wu):
    a_start(market, fire, INSTANT, duties={})

    with pytest.raises(NotAllowed):
        workflow.complete(actor=wu, task=the_task("approve"), outcome="grant")
    assert workflow.complete(actor=SYSTEM, task=the_task("approve"), outcome="grant").state == "done"


def test_a_claimed_task_is_left_to_whoever_signed_for_it(market, fire, wu, official):
    a_start(market, fire)
    colleague = official("刘洋", market, "cases.accept")
    workflow.claim(actor=wu, task=the_task("accept"))

    with pytest.raises(workflow.ClaimedByAnother):
        workflow.complete(actor=colleague, task=the_task("accept"), outcome="accept")
    with pytest.raises(workflow.ClaimedByAnother):
        workflow.claim(actor=colleague, task=the_task("accept"))
    with pytest.raises(workflow.ClaimedByAnother):
        workflow.release(actor=colleague, task=the_task("accept"))

    workflow.release(actor=wu, task=the_task("accept"), reason="转由同事办理")
    workflow.claim(actor=colleague, task=the_task("accept"))
    assert [task.key for task in Task.objects.open().claimed_by(colleague)] == ["accept"]


def test_claiming_and_releasing_twice_change_nothing(market, fire, wu):
    a_start(market, fire)
    for _ in range(2):
        workflow.claim(actor=wu, task=the_task("accept"))
    for _ in range(2):
        workflow.release(actor=wu, task=the_task("accept"))

    names = list(Fact.objects.about("case:1").values_list("name", flat=True))
    assert names == ["workflow.TaskClaimed", "workflow.TaskReleased"]


def test_a_cancelled_process_takes_its_tasks_off_the_desks(market, fire, wu):
    a_start(market, fire)
    task = the_task("accept")

    for _ in range(2):
        workflow.cancel(actor=SYSTEM, subject="case:1", reason="申请人撤回")

    assert open_keys() == []
    assert Instance.objects.get(subject="case:1").state == "cancelled"
    with pytest.raises(workflow.AlreadyDone):
        workflow.complete(actor=wu, task=task, outcome="accept")
    assert Fact.objects.about("case:1").count() == 1


def test_tasks_count_their_days_in_working_days(market, fire, wu):
    with clock.at(datetime(2026, 9, 29, 10, tzinfo=UTC)):
        a_start(market, fire, due=date(2026, 11, 2))
        task = the_task("accept")
        workflow.complete(actor=wu, task=task, outcome="accept", due=date(2026, 11, 16))

    assert task.due_on == date(2026, 10, 12)
    assert the_task("review").due_on == date(2026, 11, 16)
    assert the_task("inspect").limit == date(2026, 10, 19)


def test_a_task_without_a_limit_says_so(market, fire):
    a_start(market, fire, INSTANT)

    assert the_task("approve").due_on == NO_LIMIT
    assert the_task("approve").limit is None


def test_a_last_day_can_move(market, fire, wu):
    a_start(market, fire)

    workflow.reschedule(actor=wu, task=the_task("accept"), due_on=date(2026, 12, 1), reason="延长期限")

    assert the_task("accept").limit == date(2026, 12, 1)


def test_a_task_whose_clock_stands_still_has_no_last_day(market, fire, wu):
    a_start(market, fire, due=date(2026, 11, 2))

    workflow.reschedule(actor=wu, task=the_task("accept"), due_on=None)

    assert the_task("accept").due_on == NO_LIMIT
    assert Fact.objects.get(name="workflow.TaskRescheduled").data["due_on"] == ""


def test_a_role_without_a_department_stops_the_start(market):
    definition = workflow.ProcessDefinition(bpmn=bpmn(TWO_BRANCHES), duties=DUTIES)

    with pytest.raises(workflow.RoleUnfilled):
        workflow.start(actor=SYSTEM, definition=definition, subject="case:1", roles={"window": market.pk})


def test_a_broken_process_does_not_start(market):
    definition = workflow.ProcessDefinition(bpmn=bpmn("start\nend end 完\nstart>end"))

    with pytest.raises(workflow.BrokenDefinition):
        workflow.start(actor=SYSTEM, definition=definition, subject="case:1", roles={})


def test_only_data_that_the_process_asks_for_is_kept(market, fire):
    text = INSTANT.replace('approve = "grant"', 'approve = "grant" and area_m2 < 500')

    instance = a_start(market, fire, text, data={"area_m2": 80, "id_number": "990102199001011234"})

    assert instance.data == {"area_m2": 80}


def test_a_decision_table_chooses_the_way(market, fire, wu):
    text = """
    start
    accept task 受理 accept window
    fee decision 收费判定 decision=fee
    gate exclusive default=free
    charge task 收费 review review outcomes=paid
    granted end 办结
    start>accept accept>fee fee>gate charge>granted
    gate>charge paying [fee.cost > 0]
    gate>granted free
    """
    for subject, people, expected in (("case:1", 5, []), ("case:2", 12, ["charge"])):
        a_start(market, fire, text, subject, tables={"fee.dmn": FEE}, data={"people": people})
        workflow.complete(actor=wu, task=the_task("accept", subject), outcome="accept")
        assert open_keys(subject) == expected


def test_a_table_without_a_rule_for_the_data_refuses(market, fire):
    text = "start\nfee decision 收费判定 decision=fee\na task 办 accept window\ne end 完\nstart>fee fee>a a>e"

    with pytest.raises(workflow.NoRuleFits):
        a_start(market, fire, text, tables={"fee.dmn": FEE}, data={})


def test_starting_takes_two_statements_once_the_definition_is_known(
    market, fire, monkeypatch, django_assert_num_queries
):
    a_start(market, fire)
    definition = workflow.ProcessDefinition(bpmn=bpmn(TWO_BRANCHES), duties=DUTIES)
    monkeypatch.setattr(definitions, "_committed", {(str(connection.settings_dict["NAME"]), definition.pk)})

    with django_assert_num_queries(2):
        a_start(market, fire, subject="case:2")


def test_a_running_process_keeps_to_the_text_it_began_with(market, fire, wu, monkeypatch):
    a_start(market, fire)
    monkeypatch.setattr(definitions, "_compiled", Memo(10))  # as in a server process that was just started

    workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")

    assert Instance.objects.get(subject="case:1").process_id in definitions._compiled
    assert Process.objects.get(pk=Instance.objects.get(subject="case:1").process_id).bpmn == bpmn(TWO_BRANCHES)


GRANT = st.builds(
    Grant,
    duty=st.sampled_from(["cases.accept", "cases.review", "cases.inspect", "cases.read"]),
    departments=st.none() | st.sets(st.sampled_from(["market", "fire"])).map(frozenset),
    area=st.sampled_from(["", "9901", "990102", "990103"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(grants=st.lists(GRANT, max_size=4))
def test_what_is_listed_is_what_may_be_finished(market, fire, wu, grants):
    if not Task.objects.of("case:1").exists():
        a_start(market, fire)
        workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")
    ids = {"market": market.pk, "fire": fire.pk}
    grants = tuple(
        Grant(grant.duty, None if grant.departments is None else frozenset(map(ids.get, grant.departments)), grant.area)
        for grant in grants
    )
    actor = Actor("staff", wu.account, "某人", grants=grants)

    listed = set(Task.objects.visible_to(actor))

    assert listed == {
        task
        for task in Task.objects.of("case:1")
        if actor.holds(task.duty, department=task.department_id, area=task.area)
    }


@pytest.mark.django_db(transaction=True)
def test_branches_that_end_at_the_same_moment_pass_the_join_once(market, fire, wu, he):
    for turn in range(5):
        subject = f"case:{turn}"
        a_start(market, fire, subject=subject)
        workflow.complete(actor=wu, task=the_task("accept", subject), outcome="accept")

        at_once(
            lambda subject=subject: workflow.complete(actor=wu, task=the_task("review", subject), outcome="pass"),
            lambda subject=subject: workflow.complete(actor=he, task=the_task("inspect", subject), outcome="fail"),
        )

        assert open_keys(subject) == ["approve"]


@pytest.mark.django_db(transaction=True)
def test_of_two_officials_who_finish_at_once_one_wins_and_the_other_is_told(market, fire, wu, official):
    colleague = official("刘洋", market, "cases.accept")
    a_start(market, fire)
    task = the_task("accept")

    told = at_once(
        lambda: workflow.complete(actor=wu, task=task, outcome="accept"),
        lambda: workflow.complete(actor=colleague, task=task, outcome="accept"),
    )

    assert [type(error) for error in told] == [workflow.AlreadyDone]
    assert open_keys() == ["review", "inspect"]
