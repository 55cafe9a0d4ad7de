"""What going back to an earlier step means, before anything is kept."""

import pytest

from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import sendback
from tongban.platform.workflow.rules.marking import Marking
from tongban.platform.workflow.tests.drawings import bpmn
from tongban.platform.workflow.tests.steps import Process, at, table

# Reception, a first look, then two branches of two steps each, and the decision.
BRANCHES = """
start
accept task 受理 accept window
look task 初审 review r
split parallel
a1 task 甲一 review r
a2 task 甲二 review r
b1 task 乙一 review r
b2 task 乙二 review r
join parallel
approve task 决定 approve r
end end 完
start>accept accept>look look>split split>a1 a1>a2 a2>join split>b1 b1>b2 b2>join join>approve approve>end
"""
# The first branch may skip its second step.
CHOICE = """
start
a task 甲 review r
gate exclusive default=no
b task 乙 review r
merge exclusive
c task 丙 review r
end end 完
start>a a>gate b>merge merge>c c>end
gate>b yes [a = "fail"]
gate>merge no
"""
# Any of two advices, or a third where none is asked for.
SOME = """
start
a task 甲 review r
b task 乙 review r
gate inclusive default=no
x task 子 review r
y task 丑 review r
z task 寅 review r
merge inclusive
c task 丙 review r
end end 完
start>a a>b b>gate x>merge y>merge z>merge merge>c c>end
gate>x gx [a = "fail"]
gate>y gy [b = "fail"]
gate>z no
"""
HANDLING = """
start
accept task 受理 accept window
handling sub 处理
approve task 决定 approve r
end end 完
start>accept accept>handling handling>approve approve>end
"""
INSIDE = """
begin start 始
a task 甲 review r
split parallel
b task 乙 review r
c task 丙 review r
join parallel
d task 丁 review r
finished end 完
begin>a a>split split>b split>c b>join c>join join>d d>finished
"""
CALLING = HANDLING.replace("handling sub 处理", "handling call 处理 called=other")
RUNS = """
start
a task 甲 review r
sign task 会签 review r count=3{more}
c task 丙 review r
end end 完
start>a a>sign sign>c c>end
"""
TIMED = """
start
a task 甲 review r
b task 乙 review r
late boundary 逾期 at=b timer=P5D unit=workday
c task 丙 review r
end end 完
start>a a>b b>c c>end late>c
"""


class Handled(Process):
    """A process that also says which of its finished tasks still count."""

    def __init__(self, text, *tasks):
        called = {"calls": {"other": INSIDE}} if "called=" in text else {"handling": INSIDE}
        super().__init__(text, **called)
        self.done = {}
        for task in tasks:
            place, _, outcome = task.partition("=")
            self.do(place, outcome or "pass")

    def do(self, task, outcome="pass"):
        super().do(task, outcome)
        self.done = {**{place: said for place, said in self.done.items() if place != task}, task: outcome}
        return self

    def back(self, task, target):
        return self._went(sendback.send_back(*self._asked(task, target)))

    def taken(self, task):
        return self._went(sendback.take_back(*self._asked(task)))

    def ways(self, task):
        return {way.target: sorted(way.again) for way in sendback.ways_back(*self._asked(task))}

    def _asked(self, *tasks):
        marking = Marking.from_json(self.step.marking.as_json())
        return self.graph, marking, *tasks, self.step.data, self.done, table, at(self.now)

    def _went(self, way):
        self.step = way.transition
        self.done = {place: outcome for place, outcome in self.done.items() if place not in way.again}
        return way


EVERYTHING = ["accept", "look", "a1", "a2", "b1", "b2"]


@pytest.mark.parametrize(
    ("text", "done", "task", "target", "opened", "again", "off_desks"),
    [
        # one after the other
        (BRANCHES, ["accept"], "look", "accept", ["accept"], ["accept"], []),
        # inside a branch: the other goes on
        (BRANCHES, ["accept", "look", "a1"], "a2", "a1", ["a1", "b1"], ["a1"], []),
        # from a branch to before the branches: the other leaves its desk, what it has done must be done again
        (BRANCHES, ["accept", "look", "a1", "b1"], "a2", "look", ["look"], ["look", "a1", "b1"], ["b2"]),
        # the other branch waits at the join already
        (BRANCHES, ["accept", "look", "b1", "b2"], "a1", "look", ["look"], ["look", "b1", "b2"], []),
        # after the join, to the end of one branch: the other stays done
        (BRANCHES, EVERYTHING, "approve", "a2", ["a2"], ["a2"], []),
        (BRANCHES, EVERYTHING, "approve", "b1", ["b1"], ["b1", "b2"], []),
        (BRANCHES, EVERYTHING, "approve", "accept", ["accept"], EVERYTHING, []),
        # what was never done need not be done again
        (CHOICE, ["a"], "c", "a", ["a"], ["a"], []),
        (CHOICE, ["a=fail", "b"], "c", "b", ["b"], ["b"], []),
        # one of several advices that were asked for
        (SOME, ["a=fail", "b=fail", "x", "y"], "c", "x", ["x"], ["x"], []),
        (SOME, ["a=fail", "b=fail", "x"], "y", "b", ["b"], ["b", "x"], []),
        # out of a sub-process, within it, into it
        (HANDLING, ["accept", "handling/a", "handling/b"], "handling/c", "accept", ["accept"],
         ["accept", "handling/a", "handling/b"], []),
        (HANDLING, ["accept", "handling/a"], "handling/c", "handling/a", ["handling/a"], ["handling/a"],
         ["handling/b"]),
        (HANDLING, ["accept", *(f"handling/{key}" for key in "abcd")], "approve", "handling/b", ["handling/b"],
         ["handling/b", "handling/d"], []),
        (HANDLING, ["accept", *(f"handling/{key}" for key in "abcd")], "approve", "accept", ["accept"],
         ["accept", *(f"handling/{key}" for key in "abcd")], []),
        (CALLING, ["accept", *(f"handling/{key}" for key in "abcd")], "approve", "handling/d", ["handling/d"],
         ["handling/d"], []),
        # several runs begin anew together
        (RUNS.format(more=""), ["a", "sign[1]", "sign[2]", "sign[3]"], "c", "sign[2]",
         ["sign[1]", "sign[2]", "sign[3]"], ["sign[1]", "sign[2]", "sign[3]"], []),
        (RUNS.format(more=""), ["a", "sign[2]"], "sign[1]", "a", ["a"], ["a", "sign[2]"], ["sign[3]"]),
        # who signs after others lets them sign again
        (RUNS.format(more=" sequential=1"), ["a", "sign[1]", "sign[2]"], "sign[3]", "sign[1]", ["sign[1]"],
         ["sign[1]", "sign[2]"], []),
    ],
)  # fmt: skip
def test_going_back_opens_the_step_and_says_what_must_be_done_again(text, done, task, target, opened, again, off_desks):
    process = Handled(text, *done)

    way = process.back(task, target)

    assert sorted(process.open) == sorted(opened)
    assert sorted(way.again) == sorted(again)
    assert sorted(set(way.transition.cancelled) - {task}) == sorted(off_desks)


@pytest.mark.parametrize(
    ("text", "done", "task", "target"),
    [
        # a step of the other branch comes neither before nor after
        (BRANCHES, ["accept", "look", "b1"], "a1", "b1"),
        # what has not been left yet
        (BRANCHES, ["accept", "look"], "a1", "a1"),
        # the way that was not taken
        (BRANCHES, ["accept"], "look", "a1"),
        # another of several who sign at the same time
        (RUNS.format(more=""), ["a", "sign[2]"], "sign[1]", "sign[2]"),
    ],
)
def test_there_is_no_way_back_to_what_does_not_come_before(text, done, task, target):
    process = Handled(text, *done)

    with pytest.raises(sendback.NoWayBack):
        process.back(task, target)


def test_all_earlier_steps_are_offered_with_what_each_means():
    process = Handled(BRANCHES, "accept", "look", "b1", "a1")

    assert process.ways("a2") == {
        "accept": ["a1", "accept", "b1", "look"],
        "look": ["a1", "b1", "look"],
        "a1": ["a1"],
    }


def test_what_was_found_before_counts_no_more_once_it_is_looked_at_again():
    process = Handled(CHOICE, "a=fail", "b")
    process.back("c", "a")
    assert process.step.data == {}

    process.do("a", "pass")

    assert process.open == ["c"]


def test_a_called_process_knows_what_was_found_in_it_before():
    process = Handled(CALLING, "accept", "handling/a=fail", "handling/b", "handling/c=fail", "handling/d")
    process.back("approve", "handling/b")

    assert process.step.marking.scopes["handling"]["data"] == {"a": "fail", "c": "fail"}
    process.do("handling/b").do("handling/d")

    assert process.step.data["handling"] == "finished"
    assert process.open == ["approve"]


def test_a_limit_begins_anew_with_the_step_it_belongs_to():
    process = Handled(TIMED, "a")
    first = process.step.marking.timers["late"].at
    process.do("b")
    assert process.step.marking.timers == {}
    process.now = process.now.replace(day=9)

    process.back("c", "b")

    assert process.open == ["b"]
    assert process.step.marking.timers["late"].at > first


def test_a_limit_that_ran_is_gone_with_the_step_that_is_left():
    process = Handled(TIMED, "a")

    process.back("b", "a")

    assert process.step.marking == Marking(open=("a",))


@pytest.mark.parametrize(
    ("text", "done", "task", "opened", "again"),
    [
        (BRANCHES, ["accept", "look"], "look", ["look"], ["look"]),
        (BRANCHES, ["accept", "look", "a1"], "a1", ["a1", "b1"], ["a1"]),
        # it waits at the join
        (BRANCHES, ["accept", "look", "a1", "a2"], "a2", ["a2", "b1"], ["a2"]),
        # it was the last at the join
        (BRANCHES, EVERYTHING, "b2", ["b2"], ["b2"]),
        # somebody has gone on since
        (BRANCHES, ["accept", "look", "a1"], "look", ["look"], ["look", "a1"]),
        (HANDLING, ["accept", *(f"handling/{key}" for key in "abcd")], "handling/d", ["handling/d"], ["handling/d"]),
        # one signature, while others are awaited
        (RUNS.format(more=""), ["a", "sign[2]"], "sign[2]", ["sign[1]", "sign[2]", "sign[3]"], ["sign[2]"]),
        (RUNS.format(more=" sequential=1"), ["a", "sign[1]"], "sign[1]", ["sign[1]"], ["sign[1]"]),
    ],
)  # fmt: skip
def test_taking_back_opens_the_task_as_if_it_had_not_been_finished(text, done, task, opened, again):
    process = Handled(text, *done)

    way = process.taken(task)

    assert sorted(process.open) == sorted(opened)
    assert sorted(way.again) == sorted(again)


@pytest.mark.parametrize("more", ["", " sequential=1"])
def test_a_signature_that_was_taken_back_is_counted_once_when_it_is_given_again(more):
    process = Handled(RUNS.format(more=more), "a", "sign[1]=fail")
    process.taken("sign[1]")
    for number in (1, 2, 3):
        process.do(f"sign[{number}]")

    assert process.step.data["sign"] == {"instances": 3, "completed": 3, "active": 0, "pass": 3, "fail": 0}
    assert process.open == ["c"]


def test_a_signature_is_not_taken_back_once_all_have_signed():
    process = Handled(RUNS.format(more=""), "a", "sign[1]", "sign[2]", "sign[3]")

    with pytest.raises(sendback.NoWayBack):
        process.taken("sign[1]")


@pytest.mark.parametrize(
    ("step", "gone"),
    [("m throw 发 message=told", True), ("m exclusive", False), ("m decision 表 decision=fee", False)],
)
def test_it_is_said_whether_others_have_learnt_of_what_is_taken_back(step, gone):
    lines = f"start\na task 甲 review r\n{step}\nb task 乙 review r\nend end 完\nstart>a a>m m>b b>end"
    drawing = reader.read(bpmn(lines))[0]
    way = sendback.take_back(drawing, Marking(open=("b",)), "a", {}, {"a": "pass"}, table, at())

    assert way.gone_out is gone
    assert way.transition.marking == Marking(open=("a",))
