"""The interface for machines against its own description: whatever is sent, the answer is one that stands there."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cast import ANSWERS, COMPANY, found
from tests.faults.html_page import CHINESE
from tests.sample_city import SampleCity
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases.models import Case
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department

DUTIES = ("cases.file", "cases.read", "parties.find", "licences.read")
APPLICANT = {"id_kind": "uscc", "id_number": COMPANY, "name": "云泽市禾香餐饮有限公司"}
FILING = {"service": "food-business", "applicant": APPLICANT, "answers": ANSWERS}
PROBLEM = "application/problem+json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SOME = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())


def key_of(*duties: str, department: str = "market-regulation") -> str:
    account = identity.open_account(actor=SYSTEM, login="system", name="他系统", kind="client")
    role = identity.define_role(actor=SYSTEM, key="system", name="接口", duties=duties)
    identity.appoint(actor=SYSTEM, account=account, department=Department.objects.get(key=department), role=role)
    return identity.make_token(actor=SYSTEM, account=account, title="测试", duties=duties)[1]


@pytest.fixture
def wired() -> Iterator[None]:
    """Let the application be called as a web server calls it, without losing the test's connection after each call."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def key(sample_city: SampleCity) -> str:
    return key_of(*DUTIES)


@pytest.fixture
def machine(key: str) -> Client:
    return Client(headers={"authorization": f"Bearer {key}", "accept-language": "zh-Hans"})


def existing(case: Any, sample_city: SampleCity) -> None:
    """Let every other call name something that is really there; what is drawn almost never does."""
    names = {
        "ref": "granted",
        "code": "floor-plan",
        "token": "licence",
        "document": "letter",
        "copy_token": "licence_copy",
        "uid": "order_new",
        "key": "sample-1",
    }
    for name, drawn in list(case.path_parameters.items()):
        if len(str(drawn)) % 2:
            word = "draft" if name == "ref" and case.method != "GET" else names[name]
            case.path_parameters[name] = sample_city.ids.get(word, word)
    if isinstance(case.body, dict) and "applicant" in case.body and len(str(case.body)) % 2:
        case.body |= {"service": "food-business", "applicant": APPLICANT}


@schema.parametrize()
@SOME
def test_whatever_is_sent_the_answer_is_a_described_one(wired, sample_city, key, case):
    Case.objects.filter(uid=sample_city.ids["draft"]).update(filed_by=identity_of("system"))
    existing(case, sample_city)

    case.call_and_validate(headers={"Authorization": f"Bearer {key}", "Accept-Language": "zh-Hans"}, checks=CHECKS)


@schema.include(func=lambda context: context.operation.definition.raw.get("security")).parametrize()
@settings(SOME, max_examples=3, phases=[Phase.generate])
def test_without_a_key_nothing_is_let_in(wired, sample_city, case):
    existing(case, sample_city)

    for headers in ({}, {"Authorization": "Bearer tb_nonsense"}, {"Authorization": "Basic YTpi"}):
        answer = case.call(headers=headers)
        assert answer.status_code in {401, 404}, answer.text
        assert answer.headers["content-type"][0] == PROBLEM


def identity_of(login: str) -> int:
    return int(Account.objects.get(login=login).pk)


UNREADABLE = {
    "no JSON": b"{",
    "half of a character": b'{"answers": {"seats": "\\ud800"}}',
    "half of a character as bytes": b'{"answers": {"seats": "\xed\xa0\x80"}}',
    "half of a character in a name": b'{"answers": {"\\udfff": 1}}',
    "a zero byte": b'{"answers": {"seats": "a\\u0000b"}}',
    "no number": b'{"answers": {"seats": NaN}}',
    "without end": b'{"answers": {"seats": Infinity}}',
    "another encoding": '{"answers": {}}'.encode("utf-16"),
    "nested without end": b'{"answers": {"seats": ' + b"[" * 100_000,
    "a number without end": b'{"answers": {"seats": ' + b"9" * 10_000 + b"}}",
    "too much": b'{"answers": {"seats": "' + b"a" * 3_000_000 + b'"}}',
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_body_that_cannot_be_read_is_sent_back_and_changes_nothing(sample_city, machine, what):
    Case.objects.filter(uid=sample_city.ids["draft"]).update(filed_by=identity_of("system"))
    before = Case.objects.get(uid=sample_city.ids["draft"])

    answer = machine.patch(f"/api/v1/cases/{before.uid}", UNREADABLE[what], content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM), answer.content[:300]
    assert Case.objects.get(pk=before.pk).revision == before.revision


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null", b'{"answers": []}', b'{"answers": null}', b"{}", b""])
def test_a_body_of_the_wrong_shape_is_told_at_its_field(sample_city, machine, body):
    Case.objects.filter(uid=sample_city.ids["draft"]).update(filed_by=identity_of("system"))

    answer = machine.patch(f"/api/v1/cases/{sample_city.ids['draft']}", body, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert answer.json()["errors"]


def test_text_with_pairs_and_escapes_is_kept_as_it_is(sample_city, machine):
    Case.objects.filter(uid=sample_city.ids["draft"]).update(filed_by=identity_of("system"))
    body = b'{"answers": {"contact_name": "\\ud83d\\ude00 \\u5468 \\\\u0000"}}'

    answer = machine.patch(f"/api/v1/cases/{sample_city.ids['draft']}", body, content_type="application/json")

    assert answer.status_code == 200, answer.content
    assert answer.json()["answers"]["contact_name"] == "😀 周 \\u0000"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/nowhere", 404),
        ("get", "/api/v2/", 404),
        ("delete", "/api/v1/cases/", 405),
        ("put", "/api/v1/catalogue/services", 405),
        ("get", "/api/v1/cases/%00", 400),
        ("get", "/api/v1/catalogue/search?q=%00", 400),
        ("get", "/api/v1/catalogue/search", 422),
        ("get", "/api/v1/catalogue/search?q=a&page=x", 422),
        ("get", "/api/v1/catalogue/services/none", 404),
        ("get", "/api/v1/licences/verify/none", 200),
    ],
)
def test_whatever_goes_wrong_is_a_problem_in_chinese(sample_city, machine, method, address, status):
    answer = getattr(machine, method)(address)

    assert answer.status_code == status
    if status >= 400:
        assert answer["Content-Type"] == PROBLEM
        assert answer.json()["status"] == status
        assert CHINESE.search(answer.json()["title"])
    assert ("Allow" in answer) == (status == 405)


def filed(client: Client, filing: dict[str, Any], key: str) -> Any:
    return client.post("/api/v1/cases/", json.dumps(filing), "application/json", headers={"Idempotency-Key": key})


def test_an_idempotency_key_is_for_one_application_only(sample_city, machine):
    first = filed(machine, FILING, "order-0001")
    other = filed(machine, FILING | {"service": "nothing-of-the-kind"}, "order-0001")

    assert first.status_code == 201
    assert (other.status_code, other["Content-Type"]) == (422, PROBLEM)
    assert filed(machine, FILING, "order-0001").json()["uid"] == first.json()["uid"]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' database in memory takes one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_the_same_idempotency_key_at_once_gives_one_case():
    found()
    key = key_of(*DUTIES)
    answers: list[Any] = []

    def file() -> None:
        try:
            answers.append(filed(Client(headers={"authorization": f"Bearer {key}"}), FILING, "order-0001"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=file) for _number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.json()["uid"] for answer in answers}) == 1
