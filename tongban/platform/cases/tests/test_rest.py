"""Cases for other systems: what is sent wrongly is refused by its field, and what a key does not reach is not there."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import ANSWERS, COMPANY, FLOOR_PLAN, RULES, upload
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

API = "/api/v1/cases"
APPLICANT = {"id_kind": "uscc", "id_number": COMPANY, "name": "云泽市禾香餐饮有限公司"}
FILING = {"service": "food-business", "applicant": APPLICANT, "answers": ANSWERS}


class System:
    """Another system with a key for some duties."""

    def __init__(self, name: str, *duties: str, department: str = "market-regulation") -> None:
        account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="client")
        role = identity.define_role(actor=SYSTEM, key=name, name=name, duties=duties)
        identity.appoint(actor=SYSTEM, account=account, department=Department.objects.get(key=department), role=role)
        _token, key = identity.make_token(actor=SYSTEM, account=account, title=name, duties=duties)
        self.client = Client(headers={"authorization": f"Bearer {key}", "accept-language": "en"})

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = body if isinstance(body, str) else json.dumps(body)
        return getattr(self.client, method)(f"{API}{path}", sent, "application/json", headers=headers)

    def file(self, key: str = "order-0001", **changes: Any) -> Any:
        return self.send("post", "", {**FILING, **changes}, **{"Idempotency-Key": key})


@pytest.fixture
def filer(three):
    return System("filer", "cases.file", "parties.find")


@pytest.fixture
def reader(three):
    return System("reader", "cases.read")


def problem(answer, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    told = answer.json()
    assert told["status"] == status
    return told


def numbers(answer) -> set[str]:
    return {line["number"] for line in answer.json()["items"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": None}, "service"),
        ({"service": 7}, "service"),
        ({"answers": []}, "answers"),
        ({"applicant": None}, "applicant"),
        ({"applicant": {**APPLICANT, "id_kind": "licence-plate"}}, "id_kind"),
        ({"applicant": {**APPLICANT, "id_number": None}}, "id_number"),
        ({"applicant": {"id_kind": "uscc", "id_number": COMPANY}}, "name"),
        ({"applicant": {**APPLICANT, "name": "云泽市青竹酒店管理有限公司"}}, "applicant"),
        ({"applicant": {**APPLICANT, "id_kind": "identity-card"}}, "applicant"),
        ({"applicant": {**APPLICANT, "id_number": "91990102MA99H00125"}}, "applicant"),
        ({"answers": {"colour": "red"}}, "colour"),
    ],
)
def test_an_application_that_is_sent_wrongly_begins_nothing(filer, changes, field):
    before = Case.objects.count()

    told = problem(filer.file(**changes), 422)

    assert field in json.dumps(told, ensure_ascii=False)
    assert Case.objects.count() == before


@pytest.mark.parametrize("key", [None, "short", "x" * 101])
def test_an_application_wants_a_key_of_its_own(filer, key):
    headers = {} if key is None else {"Idempotency-Key": key}

    told = problem(filer.send("post", "", FILING, **headers), 422)

    assert "dempotency" in json.dumps(told)


def test_the_same_key_again_gives_the_case_that_is_there(filer):
    first, again = filer.file(), filer.file()

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["uid"] == again.json()["uid"]


def test_the_same_key_for_something_else_is_refused(filer):
    filer.file()

    other = {**APPLICANT, "id_number": "91990103MA99QR023H", "name": "云泽市青竹酒店管理有限公司"}
    told = problem(filer.file(applicant=other), 422)

    assert "This Idempotency-Key belongs to another application." in json.dumps(told)


@pytest.mark.parametrize("service", ["nothing", "food business", ""])
def test_a_service_that_cannot_be_applied_for_begins_nothing(filer, service):
    assert filer.file(service=service).status_code in {404, 409, 422}
    assert not Case.objects.filter(filed_by__login="filer").exists()


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "null"])
def test_what_is_no_object_is_refused(filer, body):
    assert filer.send("post", "", body, **{"Idempotency-Key": "order-0001"}).status_code in {400, 422}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "/{}", {"answers": {"seats": 2}}),
        ("post", "/{}/submit", {"declared": True}),
        ("post", "/{}/materials/business-licence/fetch", {}),
    ],
)
@pytest.mark.parametrize("name", ["draft", "submitted", "accepted", "nothing"])
def test_what_a_system_did_not_file_is_not_there_for_it(three, filer, method, path, body, name):
    ref = "nothing" if name == "nothing" else three.case(name).uid
    before = list(Case.objects.order_by("pk").values_list("revision", flat=True))

    problem(filer.send(method, path.format(ref), body), 404)

    assert list(Case.objects.order_by("pk").values_list("revision", flat=True)) == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "", FILING),
        ("patch", "/{}", {"answers": {"seats": 2}}),
        ("post", "/{}/submit", {"declared": True}),
        ("post", "/{}/materials/business-licence/fetch", {}),
    ],
)
def test_whoever_may_only_read_changes_nothing(three, reader, method, path, body):
    ref = three.case("accepted").uid
    before = list(Case.objects.order_by("pk").values_list("revision", flat=True))

    answer = reader.send(method, path.format(ref), body, **{"Idempotency-Key": "order-0001"})

    assert answer.status_code in {403, 404, 409}
    assert list(Case.objects.order_by("pk").values_list("revision", flat=True)) == before


def test_a_reader_finds_what_its_department_takes_part_in_and_no_draft(three, reader):
    listed = reader.client.get(API)

    assert numbers(listed) == {three.case("granted").number, three.case("accepted").number}
    assert all(line["department"] and line["service"] == "food-business" for line in listed.json()["items"])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"state": "accepted"}, {"accepted"}),
        ({"state": "completed"}, {"granted"}),
        ({"state": "withdrawn"}, set()),
        ({"q": "云泽市禾香"}, {"granted", "accepted"}),
        ({"q": "青竹"}, set()),
        ({"q": "没有这家"}, set()),
    ],
)
def test_a_list_is_narrowed(three, reader, query, names):
    assert numbers(reader.client.get(API, query)) == {three.case(name).number for name in names}


@pytest.mark.parametrize(
    ("query", "field"), [({"state": "draft"}, "state"), ({"state": "x"}, "state"), ({"after": "x"}, "after")]
)
def test_a_list_that_is_asked_for_wrongly_is_refused_by_its_field(reader, query, field):
    assert field in json.dumps(problem(reader.client.get(API, query), 422))


@pytest.mark.parametrize("by", ["uid", "number"])
def test_a_case_is_read_by_either_of_its_names(three, reader, by):
    case = three.case("granted")

    told = reader.client.get(f"{API}/{getattr(case, by)}").json()

    assert (told["uid"], told["number"], told["state"], told["outcome"]) == (
        case.uid,
        str(case.number),
        "completed",
        "granted",
    )
    assert told["result_code"] == "0"
    assert [step["kind"] for step in told["steps"]][:2] == ["submitted", "accepted"]
    assert {letter["kind"] for letter in told["letters"]} >= {"receipt", "acceptance", "grant"}
    assert len(told["licences"]) == 1
    assert told["missing"] == {}


@pytest.mark.parametrize("name", ["submitted", "draft"])
def test_before_acceptance_a_case_is_the_windows_alone(three, reader, name):
    problem(reader.client.get(f"{API}/{three.case(name).uid}"), 404)


def test_a_draft_says_what_is_still_missing_and_then_nothing(filer):
    told = filer.file(answers={}).json()
    uid = told["uid"]
    assert {"material:floor-plan", "exits"} <= set(told["missing"])
    assert (told["steps"], told["letters"], told["licences"], told["number"]) == ([], [], [], None)

    refused = problem(filer.send("post", f"/{uid}/submit", {"declared": True}), 422)

    assert "material:floor-plan" in json.dumps(refused)
    assert Case.objects.get(uid=uid).state == "draft"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"declared": "perhaps"}, 422),
        ({"declared": True, "confirmed": ["x"] * 51}, 422),
        ({"declared": False}, 422),
    ],
)
def test_nothing_is_handed_in_without_a_declaration(filer, body, status):
    uid = filer.file().json()["uid"]

    problem(filer.send("post", f"/{uid}/submit", body), status)

    assert Case.objects.get(uid=uid).state == "draft"


@pytest.mark.parametrize(
    ("code", "name", "content", "status"),
    [
        ("moon", "plan.pdf", FLOOR_PLAN.read_bytes(), 404),
        ("floor-plan", "plan.pdf", b"%PDF-nothing", 422),
        ("floor-plan", "plan.exe", b"MZ", 422),
        ("floor-plan", "plan.pdf", b"", 422),
    ],
)
def test_a_file_that_does_not_belong_there_is_refused(filer, code, name, content, status):
    uid = filer.file().json()["uid"]
    file = upload(FLOOR_PLAN, name)
    file.seek(0)
    file.truncate()
    file.write(content)
    file.seek(0)
    file.size = len(content)

    answer = filer.client.post(f"{API}/{uid}/materials/{code}", {"file": file})

    assert answer.status_code in {status, 409}, answer.content
    assert not Material.objects.filter(case__uid=uid, code=code).exists()


def test_a_material_without_a_file_is_refused_by_its_field(filer):
    uid = filer.file().json()["uid"]

    assert "file" in json.dumps(problem(filer.client.post(f"{API}/{uid}/materials/floor-plan"), 422))


@pytest.mark.parametrize("code", ["floor-plan", "moon"])
def test_what_the_house_cannot_fetch_is_refused(filer, code):
    uid = filer.file().json()["uid"]

    assert filer.send("post", f"/{uid}/materials/{code}/fetch", {}).status_code in {404, 409}


def test_what_was_handed_in_is_changed_no_more(three, filer):
    uid = filer.file(answers={**ANSWERS, "premises_address": "柳岸街999号"}).json()["uid"]
    filer.send("post", f"/{uid}/materials/business-licence/fetch", {})
    for code, file in (("floor-plan", FLOOR_PLAN), ("safety-rules", RULES)):
        filer.client.post(f"{API}/{uid}/materials/{code}", {"file": upload(file)})
    first = filer.send("post", f"/{uid}/submit", {"declared": True}).json()
    assert "number" in first, first
    again = filer.send("post", f"/{uid}/submit", {"declared": True}).json()

    assert first["number"] == again["number"] is not None
    told = problem(filer.send("patch", f"/{uid}", {"answers": {"seats": 99}}), 409)
    assert "This application has already been submitted; it can no longer be changed here." in json.dumps(told)


@pytest.mark.parametrize("document", ["nothing", "00000000-0000-0000-0000-000000000000"])
def test_a_paper_that_is_none_of_the_case_is_not_there(three, reader, document):
    problem(reader.client.get(f"{API}/{three.case('granted').uid}/papers/{document}"), 404)


def test_a_letter_is_read_as_a_file(three, reader):
    uid = three.case("granted").uid
    letter = reader.client.get(f"{API}/{uid}").json()["letters"][0]

    answer = reader.client.get(f"{API}/{uid}/papers/{letter['uid']}")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_paper_of_one_case_is_not_had_through_another(three, reader):
    granted, accepted = three.case("granted"), three.case("accepted")
    letter = reader.client.get(f"{API}/{granted.uid}").json()["letters"][0]

    problem(reader.client.get(f"{API}/{accepted.uid}/papers/{letter['uid']}"), 404)


def test_what_the_system_reads_of_a_case_it_filed_is_what_the_applicant_sees(three, filer):
    uid = filer.file().json()["uid"]
    case = Case.objects.get(uid=uid)
    assert case.applicant_name == APPLICANT["name"]

    told = filer.client.get(f"{API}/{uid}").json()

    assert told["applicant"] == APPLICANT["name"]
    assert told["answers"] == case.answers
    assert cases.checklist(case).faults == told["missing"]
