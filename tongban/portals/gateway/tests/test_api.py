"""The interface for machines: keys, problem+json, an application filed by another system, what a key reaches."""

import json
from datetime import date

import pytest
from django.test import Client

from tests.cast import ANSWERS, COMPANY, FLOOR_PLAN, RULES, upload
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases.models import Case
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.registers import services as registers

APPLICANT = {"id_kind": "uscc", "id_number": COMPANY, "name": "云泽市禾香餐饮有限公司"}


class Machine:
    """Another system with its key."""

    def __init__(self, *duties: str, department: str = "market-regulation") -> None:
        account = identity.open_account(actor=SYSTEM, login=f"system.{department}", name="他系统", kind="client")
        role = identity.define_role(actor=SYSTEM, key=f"system-{department}", name="接口", duties=duties)
        identity.appoint(actor=SYSTEM, account=account, department=Department.objects.get(key=department), role=role)
        _token, text = identity.make_token(actor=SYSTEM, account=account, title="测试", duties=duties)
        self.client = Client(headers={"authorization": f"Bearer {text}"})

    def get(self, path: str, **query):
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path: str, body=None, **headers):
        return self.client.post(f"/api/v1{path}", json.dumps(body or {}), "application/json", headers=headers)

    def send(self, path: str, file):
        return self.client.post(f"/api/v1{path}", {"file": upload(file)})


@pytest.fixture
def machine(cast):
    return Machine("cases.file", "parties.find", "cases.read")


def filed(machine: Machine, key: str = "order-0001"):
    return machine.post(
        "/cases/", {"service": "food-business", "applicant": APPLICANT, "answers": ANSWERS}, **{"Idempotency-Key": key}
    )


def test_a_caller_without_a_key_gets_a_problem(client):
    answer = client.get("/api/v1/cases/")

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_another_system_files_an_application_from_begin_to_submission(machine):
    begun = filed(machine)
    uid = begun.json()["uid"]
    machine.post(f"/cases/{uid}/materials/business-licence/fetch")
    machine.send(f"/cases/{uid}/materials/floor-plan", FLOOR_PLAN)
    ready = machine.send(f"/cases/{uid}/materials/safety-rules", RULES)
    done = machine.post(f"/cases/{uid}/submit", {"declared": True})

    assert begun.status_code == 201
    assert "material:floor-plan" in begun.json()["missing"]
    assert ready.json()["missing"] == {}
    assert done.status_code == 200, done.content
    assert done.json()["state"] == "submitted"
    assert machine.get(f"/cases/{done.json()['number']}").json()["steps"][0]["kind"] == "submitted"


def test_the_same_idempotency_key_gives_the_same_case(machine):
    first, second, other = filed(machine), filed(machine), filed(machine, "order-0002")

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["uid"] == second.json()["uid"] != other.json()["uid"]
    assert Case.objects.count() == 2


def test_an_incomplete_submission_is_a_problem_that_names_every_fault(machine):
    uid = filed(machine).json()["uid"]

    answer = machine.post(f"/cases/{uid}/submit", {"declared": True})

    assert answer.status_code == 422
    assert "material:floor-plan" in answer.json()["errors"]


def test_number_and_name_must_both_fit(machine):
    body = {"service": "food-business", "applicant": {**APPLICANT, "name": "别的公司"}, "answers": {}}

    answer = machine.post("/cases/", body, **{"Idempotency-Key": "order-0003"})

    assert answer.status_code == 422
    assert "applicant" in answer.json()["errors"]


def test_a_key_without_the_duty_may_not_file(cast):
    assert filed(Machine("cases.read")).status_code == 403


def test_a_key_of_another_department_does_not_see_the_case(cast, machine):
    case = cast.accepted()

    assert Machine("cases.read", department="health").get(f"/cases/{case.number}").status_code == 404
    assert Machine("cases.read", department="health").get("/cases/").json()["items"] == []
    assert [line["number"] for line in machine.get("/cases/").json()["items"]] == [case.number]


def test_what_a_key_does_is_kept_with_the_address_it_came_from_through_our_proxy(machine, settings):
    settings.IDENTITY_PROXIES = 1

    answer = machine.client.get("/api/v1/cases/YZ-NOSUCH", headers={"x-forwarded-for": "198.51.100.1, 203.0.113.9"})

    assert answer.status_code == 404
    assert Fact.objects.named("identity.AccessDenied").get().address == "203.0.113.9"


def test_a_key_that_may_only_read_leaves_nothing_among_the_applicants_papers(cast):
    case, reader = cast.accepted(), Machine("cases.read")
    before = Document.objects.count()
    assert reader.get(f"/cases/{case.number}").status_code == 200

    sent = reader.send(f"/cases/{case.number}/materials/floor-plan", FLOOR_PLAN)
    fetched = reader.post(f"/cases/{case.number}/materials/business-licence/fetch")

    assert (sent.status_code, fetched.status_code) == (404, 404)
    assert Document.objects.count() == before


def test_a_paper_that_comes_after_the_submission_is_refused_and_not_kept(machine):
    uid = filed(machine).json()["uid"]
    for code, file in (("floor-plan", FLOOR_PLAN), ("safety-rules", RULES)):
        machine.send(f"/cases/{uid}/materials/{code}", file)
    machine.post(f"/cases/{uid}/materials/business-licence/fetch")
    assert machine.post(f"/cases/{uid}/submit", {"declared": True}).json()["state"] == "submitted"
    before = Document.objects.count()

    late = machine.send(f"/cases/{uid}/materials/floor-plan", RULES)

    assert late.status_code == 409
    assert Document.objects.count() == before


def test_a_register_that_was_changed_is_told_and_its_answers_are_renewed(cast, machine):
    uid = filed(machine).json()["uid"]
    for code, file in (("floor-plan", FLOOR_PLAN), ("safety-rules", RULES)):
        machine.send(f"/cases/{uid}/materials/{code}", file)
    machine.post(f"/cases/{uid}/materials/business-licence/fetch")
    party = cast.people["company"]
    entry = registers.look_up(actor=SYSTEM, register="enterprise", party=party, purpose="测试", subject="draft:x")
    later = {**entry.data, "address": "云泽市临湖区柳岸街17号"}
    registers.put(
        actor=SYSTEM, register="enterprise", party=party, data=later, as_of=date(2026, 12, 1), source="法人库"
    )

    refused = machine.post(f"/cases/{uid}/submit", {"declared": True})

    assert refused.status_code == 409
    assert machine.get(f"/cases/{uid}").json()["answers"]["domicile"] == "云泽市临湖区柳岸街17号"
    assert machine.post(f"/cases/{uid}/submit", {"declared": True}).json()["state"] == "submitted"


def test_the_description_is_openapi_3_1(client):
    described = client.get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    assert "/api/v1/cases/{ref}/submit" in described["paths"]
