"""What an interface for answers must not take: nesting, endless numbers, unknown names, more than anybody reads."""

import json

import pytest

from tongban.platform.cases.models import Case
from tongban.portals.gateway.tests.test_api import APPLICANT, Machine, filed


@pytest.fixture
def machine(cast):
    return Machine("cases.file", "parties.find", "cases.read")


def patch(machine: Machine, uid: str, body: str):
    return machine.client.patch(f"/api/v1/cases/{uid}", body, "application/json")


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.found("S-M8")
@pytest.mark.parametrize(
    "answers",
    [
        f'{{"business_scope": {nested(300)}}}',
        f'{{"premises_address": {nested(2)}}}',
        '{"premises_address": {"a": {"b": 1}}}',
        '{"kitchen_area": 1e999}',
        '{"kitchen_area": -1e999}',
        '{"kitchen_area": 1e300}',
        '{"no_such_question": "x"}',
        '{"": "x"}',
        json.dumps({"premises_address": "长" * 10_001}),
        json.dumps({"equipment": [{"no_such_column": "x"}]}),
        json.dumps({"equipment": [[1]]}),
        json.dumps({"equipment": [{}] * 201}),
        json.dumps({"equipment": {"name": "x"}}),
    ],
)
def test_what_can_be_no_answer_is_refused_and_nothing_of_it_is_saved(machine, answers):
    uid = filed(machine).json()["uid"]
    before = Case.objects.get(uid=uid).answers

    answer = patch(machine, uid, f'{{"answers": {answers}}}')

    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"]
    assert Case.objects.get(uid=uid).answers == before
    assert machine.get(f"/cases/{uid}").status_code == 200


@pytest.mark.found("S-M8")
def test_what_is_refused_when_it_is_filed_begins_nothing(machine):
    body = {"service": "food-business", "applicant": APPLICANT, "answers": {"no_such_question": 1}}

    answer = machine.post("/cases/", body, **{"Idempotency-Key": "order-0009"})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["no_such_question"]
    assert not Case.objects.exists()


@pytest.mark.found("S-M8")
def test_a_draft_grows_no_further_than_anybody_reads(machine):
    uid = filed(machine).json()["uid"]
    rows = [{"name": "灶" * 2_000, "quantity": 1}] * 60

    answer = patch(machine, uid, json.dumps({"answers": {"equipment": rows}}, ensure_ascii=False))

    assert answer.status_code == 422
    assert "256 KB" in answer.json()["title"]
    assert len(machine.get(f"/cases/{uid}").content) < 100_000


@pytest.mark.found("S-M8")
def test_what_is_only_mistyped_stays_in_the_draft_and_is_named(machine):
    uid = filed(machine).json()["uid"]

    answer = patch(machine, uid, '{"answers": {"kitchen_area": "about 20", "contact_phone": null}}')

    assert answer.status_code == 200
    assert {"kitchen_area", "contact_phone"} <= set(answer.json()["missing"])
    assert answer.json()["answers"]["kitchen_area"] == "about 20"
