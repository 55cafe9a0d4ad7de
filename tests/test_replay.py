"""Real cases go through a process of ours: those of the permit log, where it lies beside the checkout."""

from datetime import UTC, datetime

import pytest

from bench.permits import ABSENT, DEFINITION, LOG
from bench.permits.lines import SERVICE, lines, mapping, steps, way
from bench.permits.xes import XesEvent, XesTrace, read
from tests.cast import COMPANY
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.catalogue import services as catalogue
from tongban.platform.workflow.models import Task

LITTLE = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/">
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <trace>
    <string key="concept:name" value="a case"/>
    <date key="startdate" value="2026-01-05T09:00:00.000+01:00"/>
    <event><string key="concept:name" value="Confirmation of receipt"/><string key="org:resource" value="R1"/>
      <date key="time:timestamp" value="2026-01-05T10:00:00.000+01:00"/></event>
    <event><string key="concept:name" value="T02 Check confirmation of receipt"/>
      <date key="time:timestamp" value="2026-01-06T10:00:00.000+01:00"/></event>
    <event><string key="concept:name" value="T06 Determine necessity of stop advice"/>
      <date key="time:timestamp" value="2026-01-06T11:00:00.000+01:00"/></event>
    <event><string key="concept:name" value="T03 Adjust confirmation of receipt"/>
      <date key="time:timestamp" value="2026-01-07T10:00:00.000+01:00"/></event>
  </trace>
</log>
"""


@pytest.fixture
def service(cast):
    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=DEFINITION).version)
    return SERVICE


def taken(traces):
    return list(cases.take_over(lines=lines(traces, applicant=COMPANY)))


def test_a_log_is_read_trace_by_trace(tmp_path):
    file = tmp_path / "log.xes"
    file.write_text(LITTLE)
    (trace,) = read(file)

    assert (trace.name, len(trace.events)) == ("a case", 4)
    assert trace.events[0] == XesEvent("Confirmation of receipt", datetime(2026, 1, 5, 9, tzinfo=UTC), "R1", "")
    assert trace.moment("startdate") == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert trace.moment("enddate") is None


def test_what_came_of_a_step_is_seen_by_what_follows_in_its_branch(tmp_path):
    file = tmp_path / "log.xes"
    file.write_text(LITTLE)
    (trace,) = read(file)

    assert [(step["step"], step.get("task"), step.get("outcome")) for step in steps(trace, mapping())] == [
        ("submitted", None, None),
        ("accepted", None, None),
        ("opinion_given", "check", "fail"),
        ("opinion_given", "need", "pass"),
        ("opinion_given", "adjust", "pass"),
    ]


def test_an_unfinished_trace_goes_on_where_it_stopped(service, tmp_path):
    file = tmp_path / "log.xes"
    file.write_text(LITTLE)

    assert [(one.outcome, one.reason) for one in taken(read(file))] == [("taken", "")]
    case = Case.objects.get()
    assert case.state == "accepted"
    assert {task.key for task in Task.objects.of(case.subject).open()} == {"check", "stop"}


@pytest.mark.skipif(not LOG.exists(), reason=ABSENT)
def test_every_way_of_the_real_log_goes_through_once(service):
    known, ways = mapping(), dict[tuple[str, ...], XesTrace]()
    for trace in read(LOG):
        ways.setdefault(way(trace, known), trace)
    found = taken(ways.values())

    wrong = {one.number: one.reason for one in found if one.outcome != "taken"}
    assert len(ways) > 100
    assert len(wrong) < 5, wrong
    assert not list(cases.all_differences())
