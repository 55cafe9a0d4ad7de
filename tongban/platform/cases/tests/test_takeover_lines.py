"""What an older system writes of a case is read whole, or refused with what is wrong with it."""

from datetime import UTC, datetime

import pytest

from tongban.platform.cases.rules import takeover

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
SUBMITTED = {"step": "submitted", "at": "2025-03-04T09:30:00+08:00", "actor": "周文博"}
ACCEPTED = {"step": "accepted", "at": "2025-03-05T10:00:00+08:00", "actor": "陈静", "office": "政务服务中心"}
LINE = {"number": "XK-1", "service": "food-business", "applicant": "91", "steps": [SUBMITTED, ACCEPTED]}


def faults(line):
    return [word for word, _details in takeover.faults(line, now=NOW)]


def test_a_line_is_read_with_its_own_moments_and_people():
    assert faults(LINE) == []
    case = takeover.read(LINE)

    assert (case.number, case.service, case.applicant, case.area, dict(case.answers)) == (
        "XK-1",
        "food-business",
        "91",
        "",
        {},
    )
    first, second = case.steps
    assert (first.kind, first.at, first.actor) == ("submitted", datetime(2025, 3, 4, 1, 30, tzinfo=UTC), "周文博")
    assert (second.office, second.said) == ("政务服务中心", {"office": "政务服务中心"})


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ([], "missing"),
        ([ACCEPTED], "not_submitted"),
        ([SUBMITTED, {"step": "sealed", "at": "2025-03-05T10:00:00+08:00"}], "unknown_step"),
        ([SUBMITTED, "accepted"], "unknown_step"),
        ([SUBMITTED, {**ACCEPTED, "at": "2025-03-05T10:00:00"}], "no_moment"),
        ([SUBMITTED, {**ACCEPTED, "at": 20250305}], "no_moment"),
        ([SUBMITTED, {**ACCEPTED, "at": "2025-03-03T10:00:00+08:00"}], "backwards"),
        ([SUBMITTED, {**ACCEPTED, "at": "2026-03-03T10:00:00+08:00"}], "future"),
        ([SUBMITTED, {**ACCEPTED, "actor": None}], "step_lacks"),
        ([SUBMITTED, {**ACCEPTED, "colour": "red"}], "unknown_key"),
        ([SUBMITTED, {**ACCEPTED, "step": "opinion_given", "task": "review"}], "step_lacks"),
        ([SUBMITTED, {**ACCEPTED, "step": "supplement_requested", "points": "图"}], "step_lacks"),
        ([SUBMITTED, ACCEPTED, {**ACCEPTED, "step": "granted"}], "undelivered"),
    ],
)
def test_steps_that_cannot_have_been_are_named(steps, fault):
    assert faults({**LINE, "steps": steps}) == [fault]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ([], "not_object"),
        ({**LINE, "number": " "}, "missing"),
        ({**LINE, "service": 7}, "missing"),
        ({**LINE, "applicant": None}, "missing"),
        ({**LINE, "answers": []}, "missing"),
        ({**LINE, "colour": "red"}, "unknown_key"),
    ],
)
def test_a_line_that_is_no_case_is_named(line, fault):
    assert faults(line) == [fault]


@pytest.mark.parametrize(
    ("head", "fault"),
    [
        (None, "head"),
        ({"format": "other"}, "head"),
        ({"format": takeover.FORMAT, "version": 2, "system": "旧系统"}, "version"),
        ({"format": takeover.FORMAT, "version": takeover.VERSION}, "system"),
    ],
)
def test_the_first_line_says_format_version_and_system(head, fault):
    assert [word for word, _details in takeover.faults_of_head(head)] == [fault]
