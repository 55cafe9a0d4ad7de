"""What the profile carries, element by element, without a database."""

from datetime import datetime

import pytest

from tongban.platform.workflow.rules import engine
from tongban.platform.workflow.rules.marking import Marking
from tongban.platform.workflow.tests.steps import ZONE, Process

SUPPLEMENT = """
start
accept task 受理 accept window
ask events
supplied catch 补正材料到达 message=supplied
late catch 补正期满 timer=P5D unit=workday
review task 审查 review review
granted end 准予
closed end 终止
start>accept accept>ask ask>supplied ask>late supplied>review review>granted late>closed
"""


def test_what_comes_first_decides_at_an_event_based_gateway():
    process = Process(SUPPLEMENT).do("accept", "accept")
    assert process.open == []
    assert process.waiting_for() == ["supplied"]
    assert process.step.marking.next_due() == datetime(2026, 11, 10, tzinfo=ZONE)

    process.get("supplied")
    assert process.open == ["review"]
    assert process.step.marking.next_due() is None
    assert process.do("review").step.outcome == "granted"


def test_a_limit_that_passes_has_a_way_out():
    process = Process(SUPPLEMENT).do("accept", "accept")

    process.wait(days=7)
    assert process.step.outcome == ""
    process.wait(hours=14)
    assert process.step.outcome == "closed"
    assert process.step.marking == Marking()


def test_a_message_that_nobody_waits_for_changes_nothing():
    process = Process(SUPPLEMENT)

    with pytest.raises(engine.NotWaiting):
        process.get("supplied")


LIMITED = """
start
review task 审查 review review
late boundary 到期 at=review timer=P3D unit=day
chief task 催办 review chief
passed end 通过
over end 超期
start>review review>passed late>chief chief>over
"""


def test_a_boundary_event_takes_the_task_off_the_desk():
    process = Process(LIMITED).wait(days=4)

    assert (process.open, process.step.cancelled) == (["chief"], ("review",))
    assert process.do("chief").step.outcome == "over"


def test_a_task_done_in_time_stops_its_timer():
    process = Process(LIMITED).do("review")

    assert process.step.outcome == "passed"
    assert process.step.marking == Marking()


REMINDED = LIMITED.replace("timer=P3D unit=day", "cycle=R2/P1D unit=day stops=no")


def test_a_boundary_event_that_stops_nothing_begins_a_way_beside_it():
    process = Process(REMINDED).wait(days=2)
    assert process.open == ["late[1]/chief", "review"]

    process.wait(days=1)
    assert process.open == ["late[1]/chief", "late[2]/chief", "review"]
    process.wait(days=30)
    assert len(process.open) == 3

    process.do("review")
    assert process.step.outcome == ""
    process.do("late[2]/chief").do("late[1]/chief")
    assert process.step.outcome == "passed"
    assert process.step.marking == Marking()


PHASES = """
start
handling sub 办理
gate exclusive default=no
granted end 准予
refused end 不予
start>handling handling>gate
gate>granted yes [handling = "agreed"]
gate>refused no
"""
HANDLING = """
begin
split parallel
review task 审查 review review
inspect task 核查 inspect inspection
join parallel
choose exclusive default=not
agreed end 同意
not_agreed end 不同意
begin>split split>review split>inspect review>join inspect>join join>choose
choose>agreed both [review = "pass" and inspect = "pass"]
choose>not_agreed not
"""


@pytest.mark.parametrize(("outcome", "end"), [("pass", "granted"), ("fail", "refused")])
def test_a_sub_process_ends_with_a_word_that_conditions_ask_for(outcome, end):
    process = Process(PHASES, handling=HANDLING)
    assert process.open == ["handling/inspect", "handling/review"]

    process.do("handling/inspect").do("handling/review", outcome)

    assert process.step.outcome == end
    assert process.step.data["review"] == outcome


def test_an_event_at_the_border_of_a_sub_process_stops_all_of_it():
    text = PHASES + "withdrawn boundary 撤回 at=handling message=withdrawn\nended end 撤回\nwithdrawn>ended"
    process = Process(text, handling=HANDLING).do("handling/inspect").get("withdrawn")

    assert process.step.outcome == "ended"
    assert process.step.cancelled == ("handling/review",)


def test_an_error_leaves_a_sub_process_where_it_is_caught():
    inner = HANDLING.replace("not_agreed end 不同意", "not_agreed end 不同意 error=refused")
    text = PHASES + "caught boundary 不同意 at=handling error=refused\nagain task 复核 review review\n"
    text += "back end 退回\ncaught>again again>back"
    process = Process(text, handling=inner).do("handling/inspect").do("handling/review", "fail")

    assert process.open == ["again"]
    assert process.do("again").step.outcome == "back"


def test_an_escalation_goes_beside_what_it_comes_from():
    inner = """
    begin
    review task 审查 review review
    tell throw 报告 escalation=late
    check task 复核 review review
    done end 完
    begin>review review>tell tell>check check>done
    """
    text = PHASES.replace('"agreed"', '"done"')
    text += "told boundary 报告 at=handling escalation=late stops=no\nnote task 备案 review chief\n"
    text += "noted end 已备案\ntold>note note>noted"
    process = Process(text, handling=inner).do("handling/review")

    assert process.open == ["handling/check", "told[1]/note"]
    process.do("told[1]/note").do("handling/check")
    assert process.step.outcome == "granted"


def test_a_called_process_keeps_its_words_to_itself():
    text = """
    start
    split parallel
    fire call 消防 called=opinion
    water call 水务 called=opinion
    join parallel
    gate exclusive default=no
    granted end 准予
    refused end 不予
    start>split split>fire split>water fire>join water>join join>gate
    gate>granted yes [fire = "for" and water = "for"]
    gate>refused no
    """
    opinion = """
    begin
    review task 审查 review review
    choose exclusive default=no2
    for end 同意
    against end 不同意
    begin>review review>choose
    choose>for yes2 [review = "pass"]
    choose>against no2
    """
    process = Process(text, calls={"opinion": opinion})
    assert process.open == ["fire/review", "water/review"]

    process.do("fire/review").do("water/review", "fail")

    assert process.step.outcome == "refused"
    assert process.step.data == {"fire": "for", "water": "against"}


SIGNED = """
start
sign task 会签 review review count=3 {more}
gate exclusive default=no
granted end 准予
refused end 不予
start>sign sign>gate
gate>granted yes [{when}]
gate>refused no
"""


def test_all_at_once_ends_when_all_have_answered():
    process = Process(SIGNED.format(more="", when="sign.pass = sign.instances"))
    assert process.open == ["sign[1]", "sign[2]", "sign[3]"]

    process.do("sign[2]").do("sign[1]").do("sign[3]")

    assert process.step.outcome == "granted"
    assert process.step.data["sign"] == {"instances": 3, "completed": 3, "active": 0, "pass": 3, "fail": 0}


@pytest.mark.parametrize(
    "condition", ["sign.fail|>|0", "numberOfCompletedInstances|>|0", "nrOfCompletedInstances|>=|1"]
)
def test_a_completion_condition_takes_the_others_off_their_desks(condition):
    process = Process(SIGNED.format(more=f"done={condition}", when="sign.fail = 0")).do("sign[2]", "fail")

    assert process.step.outcome == "refused"
    assert process.step.cancelled == ("sign[1]", "sign[3]")


def test_one_after_another_opens_the_next_only_then():
    process = Process(SIGNED.format(more="sequential=yes done=sign.fail|>|0", when="sign.fail = 0"))
    assert process.open == ["sign[1]"]

    process.do("sign[1]")
    assert process.open == ["sign[2]"]
    process.do("sign[2]", "fail")
    assert process.step.outcome == "refused"


def test_a_list_says_who_is_asked():
    text = SIGNED.format(more="", when="sign.fail = 0").replace("review count=3", "items=offices each=role")
    process = Process(text, {"offices": ["fire", "water"]})

    assert process.step.items == {"sign[1]": "fire", "sign[2]": "water"}
    assert Process(text, {"offices": []}).step.outcome == "granted"
    assert Process(text).step.outcome == "granted"


def test_each_run_of_a_sub_process_knows_its_own():
    text = """
    start
    offices sub 征求意见 items=names item=office
    gate exclusive default=no
    granted end 准予
    refused end 不予
    start>offices offices>gate
    gate>granted yes [offices.agreed = 2]
    gate>refused no
    """
    inner = """
    begin
    ask task 征求 review review
    check exclusive default=plain
    twice task 复核 review review
    agreed end 同意
    begin>ask ask>check twice>agreed
    check>twice careful [office = "fire"]
    check>agreed plain
    """
    process = Process(text, {"names": ["fire", "water"]}, offices=inner)
    process.do("offices[2]/ask")
    assert process.open == ["offices[1]/ask"]
    process.do("offices[1]/ask")
    assert process.open == ["offices[1]/twice"]
    assert process.do("offices[1]/twice").step.outcome == "granted"


INCLUSIVE = """
start
first task 受理 review window
choose inclusive default=neither
a task 甲 review r
b task 乙 review r
c task 丙 review r
join inclusive
last task 决定 review r
e end 完
start>first first>choose a>join b>join c>join join>last last>e
choose>a wants_a [wants_a]
choose>b wants_b [wants_b]
choose>c neither
"""


@pytest.mark.parametrize(
    ("data", "opened"),
    [
        ({"wants_a": True, "wants_b": True}, ["a", "b"]),
        ({"wants_b": True}, ["b"]),
        ({"wants_a": "yes"}, ["c"]),
    ],
)
def test_an_inclusive_join_waits_for_what_was_chosen_and_no_more(data, opened):
    process = Process(INCLUSIVE, data).do("first")
    assert process.open == opened

    for task in opened:
        assert process.open != ["last"]
        process.do(task)
    assert process.open == ["last"]


def test_an_inclusive_join_waits_for_what_may_still_come_another_way():
    text = INCLUSIVE.replace(" b>join", " b>again").replace("e end 完", "e end 完\nagain exclusive default=on")
    text = text.replace("choose>a wants_a [wants_a]\n", "") + 'again>a back [b = "fail"]\nagain>join on\n'
    process = Process(text, {"wants_b": True}).do("first")

    assert process.do("b", "fail").open == ["a"]
    assert process.do("a").open == ["last"]


def test_a_terminating_end_within_a_sub_process_ends_only_it():
    inner = HANDLING.replace("not_agreed end 不同意", "not_agreed stop 不同意")
    process = Process(PHASES, handling=inner).do("handling/inspect").do("handling/review", "fail")

    assert process.step.outcome == "refused"
