"""The rules alone: dated terms, how a card goes on, what is found in a history, and the picture."""

import tomllib
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from tongban.applications.oversight import rules
from tongban.applications.oversight.rules import CardMove, CaseEvidence, TaskTime
from tongban.applications.oversight.rules.detecting import DETECTORS
from tongban.applications.oversight.rules.flowpictures import FlowArc, FlowBox, draw
from tongban.applications.oversight.services.terms import SHIPPED
from tongban.applications.oversight.tests.conftest import at
from tongban.platform.cases.services.history import CaseHistory, ClockSpan, DoneAction, TableDifference
from tongban.platform.codes.rules import Calendar

TERMS = rules.read(tomllib.loads(SHIPPED.read_text()))
# Weekdays alone: what holidays do is shown with the clocks.
CALENDAR = Calendar(holidays=frozenset(), makeup=frozenset(), known_until=date(2027, 12, 31))
DAY = timedelta(days=1)
GROWTH = {"valid_from": date(2020, 1, 1), "source": "x", "red": {"to": "violet", "answer_workdays": 1}}
# The vector of the standards: ten days, accepted on Monday 20 April 2026, without the holidays of May.
ACCEPTED, PROMISED, LAW = date(2026, 4, 20), date(2026, 5, 4), date(2026, 5, 18)


def done(number, kind, at, account=7, **more):
    data = {"kind": kind, "account": account, "actor": "某人" if account else "通办", "department": "", "opinion": ""}
    return DoneAction(**{"id": number, "at": at, "data": {}, **data, **more})


def span(begins, ends=None, **more):
    known = {"state": "accepted", "accepted_on": ACCEPTED, "promised_due_on": PROMISED, "statutory_due_on": LAW}
    return ClockSpan(**{"begins_on": begins, "ends_on": ends, "lost_days": 0, "turn": 1, **known, **more})


def history(*actions, spans=(), **more):
    known = {
        "id": 1,
        "number": "990102-20260420-0000001",
        "service": "food-business",
        "department": 2,
        "area": "990102",
        "unit": "workday",
        "instant": False,
        "one_for_all": False,
        "filed_by": None,
        "applicant": 3,
        "submitted_at": at(4, 17, 9),
    }
    return CaseHistory(**{**known, "actions": actions, "spans": spans, **more})


def found(told, today=date(2026, 6, 1), **evidence):
    """Return rule -> what is found, of one case."""
    given = {"history": told, "window": 4, "offices": {}, **evidence}
    return {one.rule: one for one in rules.detect(CaseEvidence(**given), TERMS, CALENDAR, today)}


def test_an_unknown_grade_or_key_is_refused():
    row = {"key": "overdue", "valid_from": date(2020, 1, 1), "source": "x", "grade": "green", "answer_workdays": 1}

    with pytest.raises(ValueError, match="green"):
        rules.read({"rule": [row], "escalation": []})
    with pytest.raises(TypeError, match="colour"):
        rules.read({"rule": [{**row, "grade": "red", "colour": "x"}], "escalation": []})
    with pytest.raises(ValueError, match="violet"):
        rules.read({"rule": [], "escalation": [GROWTH]})


def test_every_shipped_rule_names_its_source_and_is_looked_for():
    keys = {rule.key for rule in TERMS.rules}
    assert all(rule.source for rule in TERMS.rules)
    assert DETECTORS.keys() <= keys
    assert keys - DETECTORS.keys() == {"bulk-export", "reads-without-case", "order-overdue"}


def test_what_arose_is_judged_by_what_counted_that_day():
    before = rules.SupervisionRule("refused-without-reason", date(2020, 1, 1), "甲", "yellow", 5, {"characters": 10})
    after = rules.SupervisionRule("refused-without-reason", date(2026, 5, 1), "乙", "red", 3, {"characters": 2})
    terms = rules.SupervisionTerms((before, after), ())
    april, may = (done(n, "refused", at(3 + n, 20, 9), opinion="不合要求") for n in (1, 2))

    for action, number in ((april, 1), (may, 0)):
        evidence = CaseEvidence(history(action), window=4, offices={})
        assert len(rules.detect(evidence, terms, CALENDAR, date(2026, 6, 1))) == number
    assert (terms.rule("refused-without-reason", date(2026, 4, 30)), terms.rule("x", date(2026, 5, 1))) == (
        before,
        None,
    )


@pytest.mark.parametrize(
    ("today", "names"),
    [
        (date(2026, 4, 30), set()),
        (date(2026, 5, 1), {"due-soon"}),
        (date(2026, 5, 4), {"due-soon"}),
        (date(2026, 5, 5), {"due-soon", "overdue"}),
        (date(2026, 5, 18), {"due-soon", "overdue"}),
        (date(2026, 5, 19), {"due-soon", "overdue", "overdue-law"}),
    ],
)
def test_a_promise_of_ten_days_is_yellow_at_nine_of_them_and_red_after_the_last(today, names):
    assert found(history(spans=(span(ACCEPTED),)), today).keys() == names


def test_the_warning_is_over_when_the_promise_is():
    told = history(spans=(span(ACCEPTED),))

    assert found(told, date(2026, 5, 4))["due-soon"].until is None
    assert found(told, date(2026, 6, 1))["due-soon"].until == date(2026, 5, 5)


def test_a_clock_that_stands_still_is_never_late():
    paused = span(date(2026, 4, 22), promised_due_on=None, statutory_due_on=None)

    assert not found(history(spans=(span(ACCEPTED, date(2026, 4, 22)), paused)))


def test_what_happens_later_on_a_day_changes_nothing_about_its_morning():
    decided = date(2026, 5, 5)
    told = history(spans=(span(ACCEPTED, decided), span(decided, state="granted")))

    assert found(told, decided).keys() == found(told, date(2026, 6, 1)).keys() == {"due-soon", "overdue"}


def test_a_step_is_late_by_the_day_that_counted_then_with_who_had_signed_for_it():
    opened = at(4, 20, 10)
    dues = ((date(2026, 4, 19), date(2026, 4, 23)), (date(2026, 4, 22), date(2026, 4, 28)))
    claims = ((date(2026, 4, 27), 9, "何岚"),)
    task = TaskTime("inspect", "现场核查", "inspect", 5, opened, None, dues, claims)
    told = history(spans=(span(ACCEPTED),))

    assert not found(told, date(2026, 4, 28), tasks=(task,))
    first = found(told, date(2026, 4, 30), tasks=(task,))["step-overdue"].first
    assert (first.on, first.department, first.account, first.official) == (date(2026, 4, 29), 5, 9, "何岚")


@pytest.mark.parametrize(
    ("hour", "day", "names"), [(9, 20, set()), (22, 20, {"out-of-hours"}), (9, 25, {"out-of-hours"})]
)
def test_decisions_at_night_and_on_a_saturday_are_out_of_hours(hour, day, names):
    told = history(done(1, "granted", at(4, day, hour)))

    assert found(told).keys() == names


def test_the_system_decides_at_any_hour():
    assert not found(history(done(1, "granted", at(4, 25, 3), account=None)))


@pytest.mark.parametrize(
    ("earlier", "more", "names"),
    [
        ("opinion_given", {}, {"conflict"}),
        ("accepted", {}, {"conflict"}),
        ("accepted", {"one_for_all": True}, set()),
        ("accepted", {"instant": True}, set()),
        ("opinion_given", {"one_for_all": True}, {"conflict"}),
    ],
)
def test_who_did_one_thing_decides_only_where_the_definition_lets_them(earlier, more, names):
    told = history(done(1, earlier, at(4, 20, 9)), done(2, "granted", at(4, 21, 9)), **more)

    assert found(told).keys() == names


def test_who_filed_does_not_accept():
    told = history(done(1, "submitted", at(4, 17, 9)), done(2, "accepted", at(4, 20, 9)), filed_by=7)

    assert found(told)["conflict"].first.details["earlier"] == "submitted"


def test_another_result_than_the_table_says_is_found():
    told = history(done(1, "refused", at(4, 20, 9), opinion="申请人年龄不符合规定的条件。"))

    one = found(told, difference=TableDifference("granted", "refused"))["discretion"].first
    assert one.details == {"kind": "refused", "said": "granted", "decided": "refused"}


def test_more_of_the_same_stands_on_one_card():
    requests = [done(n, "supplement_requested", at(4, 19 + n, 9)) for n in (1, 2, 3)]

    card = found(history(*requests))["second-supplement"]
    assert [one.details["number"] for one in card.occurrences] == [2, 3]
    assert card.key == "second-supplement:case:1:2:1"


ON = date(2026, 4, 20)


def test_a_card_follows_from_its_steps():
    moves = [
        CardMove("raised", ON, "yellow", ON + DAY),
        CardMove("escalated", ON, "red", ON + 2 * DAY),
        CardMove("answered", ON),
        CardMove("returned", ON, due_on=ON + 3 * DAY),
        CardMove("answered", ON),
        CardMove("closed", ON, outcome="explained"),
    ]

    assert rules.project(moves) == rules.CardStatus("closed", "red", None, "explained", ON)
    assert rules.after(rules.project(moves), CardMove("repeated", ON, due_on=ON + DAY)).state == "open"


@pytest.mark.parametrize("kind", ["answered", "returned", "escalated", "closed", "settled"])
def test_nothing_happens_to_a_closed_card_but_that_it_is_found_again_or_raised(kind):
    closed = rules.CardStatus("closed", "red", None, "explained", ON)

    with pytest.raises(ValueError, match="closed"):
        rules.after(closed, CardMove(kind, ON))


def test_the_picture_holds_every_step_and_way_and_escapes_what_people_wrote():
    boxes = [FlowBox("a", "受理 <b>", "2件"), FlowBox("b", "审查", "2件"), FlowBox("c", "办结", "1件")]
    arcs = [
        FlowArc("a", "b", "2 · 1天", 1.0),
        FlowArc("b", "c", "1 · 3天", 0.5, slow=True),
        FlowArc("b", "a", "1 · 2天", 0.5),
        FlowArc("a", "c", "1 · 2天", 0.5),
        FlowArc("b", "b", "1 · 1天", 0.5),
    ]

    picture = ET.fromstring(draw("流程", boxes, arcs))
    words = "".join(picture.itertext())
    assert all(text in words for text in ("受理 <b>", "审查", "办结", "2 · 1天"))
    assert len([path for path in picture.iter("{http://www.w3.org/2000/svg}path") if path.get("marker-end")]) == 5
    assert not any("style" in part.attrib for part in picture.iter())
    assert draw("流程", [], []) == ""
