"""A process that is taken through its steps, without a database."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import engine
from tongban.platform.workflow.rules.marking import Marking, awaited
from tongban.platform.workflow.rules.timers import Moment
from tongban.platform.workflow.tests.drawings import bpmn

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 2, 10, tzinfo=ZONE)


def last_day(start, number, unit):
    """Count as an office does that is closed at weekends."""
    day = start
    if unit == "month":
        return day.replace(month=day.month + number)
    while number:
        day += timedelta(days=1)
        number -= unit == "day" or day.weekday() < 5
    return day


def at(moment=MONDAY):
    return Moment(moment, last_day)


def table(name, data):
    raise AssertionError("no decision here")


class Process:
    """A process that is taken through its steps."""

    def __init__(self, text, data=None, **more):
        self.text = bpmn(text, **more)
        self.problems = [workflow.sentence(one) for one in workflow.check(self.text) if one.forbids]
        assert self.problems == []
        self.graph = reader.read(self.text)[0]
        self.now = MONDAY
        self.step = engine.begin(self.graph, data or {}, table, at())

    @property
    def open(self):
        return sorted(self.step.marking.open)

    def _move(self, move, *arguments):
        # As the row of the instance keeps it.
        marking = Marking.from_json(self.step.marking.as_json())
        self.step = move(self.graph, marking, *arguments, self.step.data, table, at(self.now))
        return self

    def do(self, task, outcome="pass"):
        return self._move(engine.advance, task, outcome)

    def wait(self, **time):
        self.now += timedelta(**time)
        while due := self.step.marking.due(self.now):
            self._move(engine.fire, due[0])
        return self

    def get(self, message, key=None):
        return self._move(engine.receive, message, key)

    def waiting_for(self):
        return [wait.message for wait in awaited(self.graph, self.step.marking)]
