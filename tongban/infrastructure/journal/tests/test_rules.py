from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from tongban.infrastructure.journal import rules

MOMENT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def a_fact(pk=1, **values):
    fact = dict.fromkeys(rules.COLUMNS[1], "")
    return fact | {
        "id": pk,
        "uid": UUID(int=pk),
        "name": "cases.CaseDecided",
        "at": MOMENT,
        "subject": "case:7",
        "data": {"b": 1, "a": "云"},
        "batch": 1,
        **values,
    }


def sealed(*facts):
    return {
        "number": 1,
        "layout": 1,
        "fact_ids": [fact["id"] for fact in facts],
        "leaves": b"".join(rules.leaf(fact, 1) for fact in facts),
    }


def test_the_canonical_text_is_fixed():
    assert rules.canonical(a_fact(account=None), 1).decode() == (
        '{"account":null,"actor":"","actor_kind":"","address":"","at":"2026-03-02T01:30:00.000000+00:00",'
        '"channel":"","data":{"a":"云","b":1},"id":1,"name":"cases.CaseDecided","on_behalf":"","reason":"",'
        '"subject":"case:7","uid":"00000000-0000-0000-0000-000000000001"}'
    )


def test_the_leaf_depends_on_the_moment_and_not_on_its_zone():
    shanghai = MOMENT.astimezone(timezone(timedelta(hours=8)))

    assert rules.leaf(a_fact(at=shanghai), 1) == rules.leaf(a_fact(), 1)
    assert rules.leaf(a_fact(at=MOMENT + timedelta(microseconds=1)), 1) != rules.leaf(a_fact(), 1)


def test_what_is_as_it_was_sealed_is_no_problem():
    facts = [a_fact(1), a_fact(2)]

    assert not list(rules.compared(**sealed(*facts), found={fact["id"]: fact for fact in facts}))


@pytest.mark.parametrize("column", [name for name in rules.COLUMNS[1] if name not in {"id", "at"}])
def test_a_change_of_any_column_is_found_and_named(column):
    found = {1: a_fact(1), 2: a_fact(2, **{column: "changed"})}

    (problem,) = rules.compared(**sealed(a_fact(1), a_fact(2)), found=found)

    assert (problem.kind, problem.fact, problem.batch) == ("changed", 2, 1)
    assert problem.name in str(problem)
    assert problem.subject in str(problem)


def test_a_missing_and_a_moved_fact_are_told_apart():
    problems = list(rules.compared(**sealed(a_fact(1), a_fact(2)), found={2: a_fact(2, batch=None)}))

    assert [(problem.kind, problem.fact) for problem in problems] == [("deleted", 1), ("moved", 2)]


def test_a_batch_digest_depends_on_everything_before_it():
    parts = {"layout": 1, "number": 2, "previous": rules.START, "fact_ids": [1], "leaves": b"x" * 32}
    digest = rules.chained(**parts)

    others = [{"number": 3}, {"previous": "1" * 64}, {"fact_ids": [2]}, {"leaves": b"y" * 32}, {"layout": 2}]
    assert all(rules.chained(**{**parts, **other}) != digest for other in others)
