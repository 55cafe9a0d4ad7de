"""Random histories: the rules find exactly what a slow reference finds that knows nothing of how they are written."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.applications.oversight.services.terms import SHIPPED
from tongban.applications.oversight.tests.conftest import at
from tongban.applications.oversight.tests.test_rules import ACCEPTED, LAW, PROMISED, done, found, history, span
from tongban.platform.cases.services.history import CaseHistory, DoneAction

LIMITS: dict[str, Any] = {row["key"]: row["limits"] for row in tomllib.loads(SHIPPED.read_text())["rule"]}
KINDS = ("accepted", "supplement_requested", "opinion_given", "granted", "refused", "not_accepted", "deemed_accepted")
DECIDED = {"granted", "refused"}
TODAY = date(2026, 6, 1)


@st.composite
def stories(draw: st.DrawFn) -> CaseHistory:
    """Give things that were done to a case by few people at any hour, and until when its clock ran."""
    moments = sorted(draw(st.lists(st.tuples(st.integers(18, 28), st.integers(0, 23)), min_size=1, max_size=8)))
    actions = []
    for number, (day, hour) in enumerate(moments, 1):
        kind = draw(st.sampled_from(KINDS))
        data = {"against": ["review"]} if kind == "granted" and draw(st.booleans()) else {}
        account = None if kind == "deemed_accepted" else draw(st.sampled_from([None, 7, 8, 9]))
        opinion = draw(st.sampled_from(["", " 不行 ", "未设专间，不符合食品安全法第三十三条规定的条件。"]))
        actions.append(done(number, kind, at(4, day, hour), account=account, data=data, opinion=opinion))
    ended = draw(st.none() | st.dates(ACCEPTED + timedelta(days=1), TODAY))
    return history(
        *actions,
        spans=(span(ACCEPTED, ended), *((span(ended, state="granted"),) if ended else ())),
        filed_by=draw(st.sampled_from([None, 7])),
        one_for_all=draw(st.booleans()),
        instant=draw(st.booleans()),
    )


def mornings(told: CaseHistory) -> Iterator[date]:
    """Give each day on whose morning the case was still to be decided."""
    ended = told.spans[0].ends_on or TODAY
    day = ACCEPTED
    while day <= min(ended, TODAY):
        yield day
        day += timedelta(days=1)


def workdays(until: date) -> int:
    """Count the weekdays after the day of acceptance one by one."""
    days = (ACCEPTED + timedelta(days=number + 1) for number in range((until - ACCEPTED).days))
    return sum(day.weekday() < 5 for day in days)


def is_conflict(told: CaseHistory, action: DoneAction) -> bool:
    """Say whether who did this did something before that belongs to somebody else, by their first such part."""
    judging = {"accepted", "not_accepted", "opinion_given", *DECIDED}
    if action.account is None or action.kind not in judging:
        return False
    earlier = [one for one in told.actions if one.id < action.id and one.account == action.account]
    earlier = [one.kind for one in earlier if one.kind in judging - DECIDED]
    if "opinion_given" in earlier:
        part = "opinion"
    elif action.account == told.filed_by:
        part = "filed"
    else:
        part = "accepted" if earlier else ""
    if not part or (part != "filed" and action.kind not in DECIDED):
        return False
    allowed = (told.one_for_all and part != "opinion") or (told.instant and earlier[:1] == ["accepted"] == [part])
    return not allowed


def reference(told: CaseHistory) -> dict[str, list[date]]:
    """Return on which days each rule should find something."""
    seen: dict[str, list[date]] = {}
    requests = 0
    for action in told.actions:
        day: datetime = action.at
        hits = []
        if action.kind == "supplement_requested":
            requests += 1
            hits += ["second-supplement"] if requests >= LIMITS["second-supplement"]["requests"] else []
        if action.kind == "deemed_accepted":
            hits.append("deemed-accepted")
        if action.kind in {"refused", "not_accepted"}:
            written = action.opinion.replace(" ", "")
            hits += ["refused-without-reason"] if len(written) < LIMITS["refused-without-reason"]["characters"] else []
        hours = LIMITS["out-of-hours"]
        at_work = time.fromisoformat(hours["from"]) <= day.time() < time.fromisoformat(hours["to"])
        if action.account and action.kind in hours["kinds"] and (day.weekday() > 4 or not at_work):
            hits.append("out-of-hours")
        if action.kind in DECIDED and action.account and action.data.get("against"):
            hits.append("discretion")
        hits += ["conflict"] if is_conflict(told, action) else []
        for rule in hits:
            seen.setdefault(rule, []).append(day.date())
    open_days = list(mornings(told))
    share = LIMITS["due-soon"]["percent"] / 100
    by_days = {
        "due-soon": [day for day in open_days if day <= PROMISED and workdays(day) >= share * workdays(PROMISED)],
        "overdue": [day for day in open_days if day > PROMISED],
        "overdue-law": [day for day in open_days if day > LAW],
    }
    return seen | {rule: days[:1] for rule, days in by_days.items() if days}


@given(stories())
@settings(max_examples=1000, deadline=None)
def test_rules_find_exactly_what_a_slow_reference_finds(told: CaseHistory) -> None:
    ours = {rule: [one.on for one in card.occurrences] for rule, card in found(told, TODAY).items()}

    assert ours == reference(told)


@given(stories())
@settings(max_examples=300, deadline=None)
def test_what_an_office_reads_of_a_card_holds_no_threshold(told: CaseHistory) -> None:
    """Sentences are made of what happened; none of the names under which a rule keeps its limits is in them."""
    names = {name for limits in LIMITS.values() for name in limits} - {"kinds", "cases", "seconds"}

    for card in found(told, TODAY).values():
        for one in card.occurrences:
            assert not names & set(one.as_json()), card.rule
