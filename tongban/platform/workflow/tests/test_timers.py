"""Messages and timers, without a database."""

from datetime import datetime, timedelta

import pytest

from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.rules import engine
from tongban.platform.workflow.tests.drawings import bpmn
from tongban.platform.workflow.tests.steps import MONDAY, ZONE, Process


def test_a_message_finds_its_place_by_what_it_brings():
    text = """
    start
    split parallel
    fire receive 消防意见 message=answer correlation=fire_no
    water receive 水务意见 message=answer correlation=water_no
    join parallel
    last task 决定 review r
    e end 完
    start>split split>fire split>water fire>join water>join join>last last>e
    """
    process = Process(text, {"fire_no": "A1", "water_no": 7})

    with pytest.raises(engine.NotWaiting):
        process.get("answer", "B2")
    process.get("answer", "7")
    assert process.step.marking.waits == ("fire",)
    assert process.get("answer", "A1").open == ["last"]


def test_a_message_goes_out():
    text = """
    start
    a task 办 review r
    tell send 告知 message=told correlation=number
    e end 完 message=ended
    start>a a>tell tell>e
    """
    sent = Process(text, {"number": 12}).do("a").step.sent

    assert sent == (("told", "12"), ("ended", None))


def test_a_process_may_begin_later():
    text = "begin start 开始 timer=P1D unit=day\na task 办 review r\ne end 完\nbegin>a a>e"
    process = Process(text)

    assert process.open == []
    assert process.wait(days=2).open == ["a"]


@pytest.mark.parametrize(
    ("written", "unit", "since", "due"),
    [
        ("timer=P5D", "workday", MONDAY, datetime(2026, 11, 10, tzinfo=ZONE)),
        ("timer=P5D", "day", MONDAY, datetime(2026, 11, 8, tzinfo=ZONE)),
        ("timer=P2W", "day", MONDAY, datetime(2026, 11, 17, tzinfo=ZONE)),
        ("timer=P1M", "", MONDAY, datetime(2026, 12, 3, tzinfo=ZONE)),
        ("timer=PT36H", "", MONDAY, MONDAY + timedelta(hours=36)),
        ('timer="PT36H"', "", MONDAY, MONDAY + timedelta(hours=36)),
        ("timer=PT1M30.5S", "", MONDAY, MONDAY + timedelta(seconds=90)),
        ("date=2026-12-24", "", MONDAY, datetime(2026, 12, 24, tzinfo=ZONE)),
        ("date=2026-12-24T12:00:00+00:00", "", MONDAY, datetime(2026, 12, 24, 20, tzinfo=ZONE)),
        ("date=date(hearing_on)", "", MONDAY, datetime(2026, 11, 20, tzinfo=ZONE)),
        ("date=hearing_on", "", MONDAY, datetime(2026, 11, 20, tzinfo=ZONE)),
        ("timer=days|+|1", "workday", MONDAY, datetime(2026, 11, 7, tzinfo=ZONE)),
        ("timer=${days}", "workday", MONDAY, datetime(2026, 11, 6, tzinfo=ZONE)),
        ("timer==asked_for", "day", MONDAY, datetime(2026, 11, 13, tzinfo=ZONE)),
    ],
)
def test_a_timer_is_due_when_its_last_day_is_over(written, unit, since, due):
    text = f"""
    start
    wait catch 等待 {written} {f"unit={unit}" if unit else ""}
    a task 办 review r
    e end 完
    start>wait wait>a a>e
    """
    process = Process(text, {"hearing_on": "2026-11-20", "days": 3, "asked_for": "P10D"})

    assert process.step.marking.next_due() == due


def broken(text, **more):
    return [(one.place, one.text % one.details) for one in workflow.check(bpmn(text, **more)) if one.forbids]


WAITS = "start\nwait catch 等 {how}\na task 办 review r\ne end 完\nstart>wait wait>a a>e"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("timer=P5D", "does not say which days"),
        ("timer=days", "does not say which days"),
        ("timer=P5D unit=month", "not known"),
        ("timer=P1DT12H unit=day", "not a duration"),
        ("timer=P2W unit=workday", "not a duration"),
        ("timer=P unit=day", "not a duration"),
        ("timer=5 unit=day", "not a duration"),
        ("date=2026-13-01", "not a date"),
        ("cycle=R3/P1D unit=day", "happens only once"),
        ("cycle=0|0|9|*|*|?", "not a repetition"),
        ("timer=days|+ unit=day", "cannot be read"),
        ("", "Nothing says what happens"),
        ("message=", "which message"),
    ],
)
def test_a_wrong_wait_is_told_once_with_its_place(how, words):
    found = broken(WAITS.format(how=how))

    assert [place for place, _text in found] == ["wait"]
    assert words in found[0][1]
