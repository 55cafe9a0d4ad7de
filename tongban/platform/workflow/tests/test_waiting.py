"""Timers, messages and the work of other rooms, with rows and locks."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.codes import services as codes
from tongban.platform.workflow import ports
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.rules.marking import Marking
from tongban.platform.workflow.tests.at_once import at_once
from tongban.platform.workflow.tests.drawings import bpmn, dmn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]

DUTIES = {"accept": "cases.accept", "review": "cases.review", "inspect": "cases.inspect", "approve": "cases.approve"}
MONDAY = datetime(2026, 11, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

SUPPLEMENT = """
start
accept task 受理 accept window
ask events
supplied catch 补正材料到达 message=supplied
late catch 补正期满 timer=P5D unit=workday
review task 审查 review window
granted end 准予
closed end 终止
start>accept accept>ask ask>supplied ask>late supplied>review review>granted late>closed
"""
LIMITED = """
start
review task 审查 review window
late boundary 到期 at=review timer=P3D unit=workday
chief task 督办 review window
passed end 通过
over end 超期
start>review review>passed late>chief chief>over
"""


def a_start(market, fire, text, subject="case:1", data=None, **more):
    definition = workflow.ProcessDefinition(bpmn(text, **more), duties=DUTIES)
    roles = {"window": market.pk, "fire": fire.pk}
    return workflow.start(actor=SYSTEM, definition=definition, subject=subject, roles=roles, data=data or {})


def open_places(subject="case:1"):
    return sorted(task.place for task in Task.objects.of(subject).open())


def the_task(place, subject="case:1"):
    return next(task for task in Task.objects.of(subject).open() if task.place == place)


def later(**time):
    return clock.at(MONDAY + timedelta(**time))


def test_time_ends_what_nobody_supplied(market, fire, wu):
    with later():
        a_start(market, fire, SUPPLEMENT)
        workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")
    instance = Instance.objects.get(subject="case:1")
    assert instance.timer_at == datetime(2026, 11, 10, tzinfo=MONDAY.tzinfo)
    assert workflow.awaited("case:1") == ["supplied"]

    with later(days=7):
        assert workflow.pass_timers() == 0
    with later(days=8):
        assert (workflow.pass_timers(), workflow.pass_timers()) == (1, 0)

    instance.refresh_from_db()
    assert (instance.state, instance.outcome, instance.timer_at) == ("ended", "closed", None)
    assert Marking.from_json(instance.marking) == Marking()
    assert [fact.name for fact in Fact.objects.filter(subject="case:1").order_by("pk")][-2:] == [
        "workflow.TimerPassed",
        "workflow.ProcessEnded",
    ]


def test_a_message_goes_to_whoever_waits_for_it_and_once(market, fire, wu):
    a_start(market, fire, SUPPLEMENT)
    assert workflow.receive(actor=SYSTEM, subject="case:1", message="supplied") == 0
    workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")

    counts = [workflow.receive(actor=SYSTEM, subject="case:1", message="supplied") for _ in range(2)]

    assert counts == [1, 0]
    assert open_places() == ["review"]
    assert Instance.objects.get(subject="case:1").timer_at is None


def test_a_limit_that_passes_takes_the_task_off_the_desk(market, fire, wu):
    with later():
        a_start(market, fire, LIMITED)
    with later(days=10):
        workflow.pass_timers()

    assert open_places() == ["chief"]
    stopped = Task.objects.get(subject="case:1", key="review")
    assert (stopped.state, stopped.done_by) == ("cancelled", None)
    assert Fact.objects.get(name="workflow.TimerPassed").data["stopped"] == ["review"]
    with pytest.raises(workflow.AlreadyDone):
        workflow.complete(actor=wu, task=stopped, outcome="pass")


def test_a_process_that_cannot_go_on_holds_up_no_other(market, fire, wu):
    with later():
        a_start(market, fire, LIMITED, "case:1")
        a_start(market, fire, LIMITED, "case:2")
    broken = Instance.objects.get(subject="case:1")
    Instance.objects.filter(pk=broken.pk).update(roles={})

    with later(days=10):
        assert workflow.pass_timers() == 1

    assert open_places("case:1") == ["review"]
    assert open_places("case:2") == ["chief"]


def test_what_is_cancelled_has_no_timers_any_more(market, fire):
    with later():
        a_start(market, fire, LIMITED)
        workflow.cancel(actor=SYSTEM, subject="case:1", reason="不再需要。")
    with later(days=10):
        assert workflow.pass_timers() == 0


OFFICES = """
start
ask task 征求意见 review items=offices each=role
end1 end 完
start>ask ask>end1
"""


def test_several_are_asked_and_each_answers_for_itself(market, fire, wu, official):
    deputy = official("何岚", fire, "cases.review")
    a_start(market, fire, OFFICES, data={"offices": ["window", "fire"]})

    assert open_places() == ["ask[1]", "ask[2]"]
    assert [task.department_id for task in Task.objects.of("case:1")] == [market.pk, fire.pk]
    workflow.complete(actor=wu, task=the_task("ask[1]"), outcome="pass")
    workflow.complete(actor=deputy, task=the_task("ask[2]"), outcome="fail")

    instance = Instance.objects.get(subject="case:1")
    assert instance.outcome == "end1"
    assert instance.data["ask"] == {"instances": 2, "completed": 2, "active": 0, "pass": 1, "fail": 1}


def test_a_table_decides_whose_advice_is_asked(market, fire):
    text = """
    start
    who decision 征求范围 decision=who
    ask task 征求意见 review items=who each=role done=ask.fail|>|0|or|numberOfCompletedInstances|=|2
    e end 完
    start>who who>ask ask>e
    """
    table = dmn("area", "office", '> 100 => "fire"\n- => "window"', policy="COLLECT", key="who")
    definition = workflow.ProcessDefinition(bpmn(text), duties=DUTIES, tables={"who.dmn": table})
    roles = {"window": market.pk, "fire": fire.pk}
    for subject, area, offices in (("case:1", 80, [market.pk]), ("case:2", 200, [fire.pk, market.pk])):
        workflow.start(actor=SYSTEM, definition=definition, subject=subject, roles=roles, data={"area": area})
        assert [task.department_id for task in Task.objects.of(subject)] == offices

    assert workflow.asked_names(bpmn(text), {"who.dmn": table}) == {"who": {"area"}, "ask": frozenset()}


def test_a_list_that_names_an_unknown_role_stops_the_step(market, fire):
    with pytest.raises(workflow.RoleUnfilled):
        a_start(market, fire, OFFICES, data={"offices": ["harbour"]})


def test_a_list_without_end_stops_the_step(market, fire):
    with pytest.raises(workflow.TooManyRuns):
        a_start(market, fire, OFFICES, data={"offices": ["fire"] * 500})


def test_a_date_that_nobody_gave_stops_the_step(market, fire):
    text = "start\nwait catch 等 date=hearing_on\na task 办 review window\ne end 完\nstart>wait wait>a a>e"

    with pytest.raises(workflow.NoDueDay):
        a_start(market, fire, text)


SERVED = """
start
look service 查询 port=test.look
gate exclusive default=no
a task 人工核查 review window
e end 完
start>look look>gate a>e
gate>e yes [look.known]
gate>a no
missing boundary 查询失败 at=look error=missing
b task 补录 review window
missing>b b>e
"""


@pytest.fixture
def look(monkeypatch):
    """A room that looks something up."""
    calls, answers = [], [{"known": True}]

    def answer(call):
        calls.append(call)
        if isinstance(answers[0], Exception):
            raise answers[0]
        return answers[0]

    monkeypatch.setitem(ports.SERVICES._supplied, "test.look", answer)
    return calls, answers


def test_another_room_does_what_the_drawing_orders(market, fire, look):
    calls, _answers = look
    a_start(market, fire, SERVED, data={"look": 1})
    assert open_places() == []
    assert calls == []

    jobs.run_all()

    assert [(call.subject, call.element, call.title) for call in calls] == [("case:1", "look", "查询")]
    assert Instance.objects.get(subject="case:1").outcome == "e"


def test_an_error_that_the_drawing_knows_has_a_way(market, fire, look):
    look[1][0] = ports.ServiceError("missing")
    a_start(market, fire, SERVED)
    jobs.run_all()

    assert open_places() == ["b"]
    assert Fact.objects.get(name="workflow.ServiceDone").data["error"] == "missing"


def test_an_error_that_the_drawing_does_not_know_is_tried_again(market, fire, look):
    look[1][0] = ports.ServiceError("away")
    a_start(market, fire, SERVED)
    jobs.run_all()
    assert Instance.objects.get(subject="case:1").state == "running"

    look[1][0] = {"known": False}
    with clock.at(clock.now() + timedelta(hours=1)):
        jobs.run_all()
    assert open_places() == ["a"]


def test_work_ordered_before_is_not_taken_for_the_work_ordered_now(market, fire, look):
    instance = a_start(market, fire, SERVED)
    workflow.do_service(instance=instance.pk, place="look", order="99")
    assert look[0] == []

    jobs.run_all()
    order = str(instance.version)
    workflow.do_service(instance=instance.pk, place="look", order=order)
    assert len(look[0]) == 1


def test_work_that_no_room_does_is_refused():
    found = [one for one in workflow.check(bpmn(SERVED)) if one.forbids]

    assert [(one.place, one.details["port"]) for one in found] == [("look", "test.look")]


def test_timers_ask_no_question_of_a_process_without_them(market, fire, wu, django_assert_num_queries):
    a_start(market, fire, "start\nreview task 审查 review window\ne end 完\nstart>review review>e")

    with django_assert_num_queries(1):
        assert workflow.pass_timers() == 0


def test_another_calendar_moves_the_timers_that_run(market, fire, wu):
    with later():
        a_start(market, fire, SUPPLEMENT)
        workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")
    days = [codes.Holiday(date(2026, 11, day), True, "临时调休") for day in (4, 5)]
    assert workflow.recount_timers() == 0

    codes.load_year(actor=SYSTEM, year=2026, source="测试通知", holidays=days)
    codes.forget()
    jobs.run_all()

    assert Instance.objects.get(subject="case:1").timer_at == datetime(2026, 11, 12, tzinfo=MONDAY.tzinfo)
    (moved,) = Fact.objects.filter(name="workflow.TimersMoved")
    assert moved.data["moved"] == {"late": "2026-11-12T00:00:00+08:00"}


def on(month, day, hour=10):
    return clock.at(datetime(2026, month, day, hour, tzinfo=MONDAY.tzinfo))


def test_while_time_stands_still_no_timer_passes_and_what_was_lost_is_added(market, fire, wu):
    """The vector of standards 2.2: 20 working days from 2026-03-02, standing still from 03-10 to 03-24."""
    text = LIMITED.replace("P3D", "P20D")
    with on(3, 2):
        a_start(market, fire, text)
    instance = Instance.objects.get(subject="case:1")
    assert instance.timer_at == datetime(2026, 3, 31, tzinfo=MONDAY.tzinfo)

    for _ in range(2):
        with on(3, 10):
            workflow.pause_timers(subject="case:1")
    with on(4, 10):
        assert workflow.pass_timers() == 0
    for _ in range(2):
        with on(3, 24):
            workflow.resume_timers(subject="case:1")

    instance.refresh_from_db()
    assert instance.timer_at == datetime(2026, 4, 15, tzinfo=MONDAY.tzinfo)
    with on(3, 25):
        assert workflow.recount_timers() == 0
    with on(4, 14, 23):
        assert workflow.pass_timers() == 0
    with on(4, 15, 0):
        assert workflow.pass_timers() == 1


@pytest.mark.parametrize(
    ("written", "before", "after"),
    [
        ("timer=PT48H", "2026-03-04T10:00", "2026-03-07T10:00"),
        ("timer=P5D unit=day", "2026-03-10T00:00", "2026-03-13T00:00"),
        ("date=2026-03-05", "2026-03-05T00:00", "2026-03-05T00:00"),
    ],
)
def test_each_timer_loses_what_it_counts(market, fire, written, before, after):
    with on(3, 2):
        a_start(market, fire, LIMITED.replace("timer=P3D unit=workday", written))
    instance = Instance.objects.get(subject="case:1")
    assert instance.timer_at == datetime.fromisoformat(f"{before}+08:00")
    with on(3, 3):
        workflow.pause_timers(subject="case:1")
    with on(3, 6):
        workflow.resume_timers(subject="case:1")

    instance.refresh_from_db()
    assert instance.timer_at == datetime.fromisoformat(f"{after}+08:00")


@pytest.mark.django_db(transaction=True)
def test_workers_and_messages_that_come_at_once_move_a_process_once(market, fire, wu):
    for turn in range(5):
        subject = f"case:{turn}"
        with later():
            a_start(market, fire, SUPPLEMENT, subject)
            workflow.complete(actor=wu, task=the_task("accept", subject), outcome="accept")

        def tick():
            with later(days=8):
                workflow.pass_timers()

        def supply(subject=subject):
            workflow.receive(actor=SYSTEM, subject=subject, message="supplied")

        at_once(tick, tick, supply, supply)

        moved = [fact.name for fact in Fact.objects.filter(subject=subject).order_by("pk")][1:]
        assert moved in (
            ["workflow.MessageReceived"],
            ["workflow.TimerPassed", "workflow.ProcessEnded"],
        )
