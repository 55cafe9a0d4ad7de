"""The description of the interface: enough to build a client from, and what is answered fits it."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from tests.cast import ANSWERS, FLOOR_PLAN, RULES, definition, example
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases.models import Case
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.parties.models import Party
from tongban.portals.gateway.api import api
from tongban.portals.gateway.tests.test_api import Machine, filed

pytestmark = pytest.mark.found("J-API")

# Clients are generated with these names: add to them, never rename one.
OPERATIONS = {
    "cases_answer",
    "cases_attach_file",
    "cases_begin",
    "cases_download_paper",
    "cases_fetch_material",
    "cases_list",
    "cases_read",
    "cases_submit",
    "catalogue_list",
    "catalogue_questions",
    "catalogue_read",
    "catalogue_search",
    "licences_download",
    "licences_list",
    "licences_read",
    "licences_verify",
    "licences_verify_code",
    "licences_verify_file",
}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return api.get_openapi_schema(path_prefix="/api/v1/")


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def properties(part: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Find every property of every schema."""
    if isinstance(part, dict):
        if part.get("type") == "object":
            for name, schema in part.get("properties", {}).items():
                yield f"{where}.{name}", schema
        for name, value in part.items():
            yield from properties(value, f"{where}/{name}")
    elif isinstance(part, list | tuple):
        for value in part:
            yield from properties(value, where)


def fits(described: dict[str, Any], name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    faults = jsonschema_rs.Draft202012Validator(schema).iter_errors(value)
    assert not [f"{error.instance_path}: {error.message}" for error in faults]


def publish(*services: str) -> None:
    for service in services:
        draft = catalogue.load(actor=SYSTEM, folder=definition(service))
        catalogue.publish(actor=SYSTEM, version=draft.version)


def test_operations_have_lasting_names_of_their_own(described):
    names = [operation["operationId"] for _path, _method, operation in operations(described)]

    assert len(names) == len(set(names))
    assert set(names) >= OPERATIONS
    for path, _method, operation in operations(described):
        assert re.fullmatch(rf"{operation['tags'][0]}(_[a-z]+)+", operation["operationId"]), path


def test_every_property_and_every_parameter_is_described(described):
    silent = [where for where, schema in properties(described) if not schema.get("description")]
    for path, method, operation in operations(described):
        for asked in operation["parameters"]:
            if not (asked.get("description") or asked["schema"].get("description")):
                silent.append(f"{method} {path} {asked['name']}")

    assert sum(1 for _found in properties(described)) > 150
    assert not silent


def test_who_may_call_where_and_what_it_is_about_is_said(described):
    declared = {tag["name"]: tag["description"] for tag in described["tags"]}

    assert described["servers"]
    assert described["info"]["license"]["identifier"] == "Apache-2.0"
    for path, _method, operation in operations(described):
        assert set(operation["tags"]) <= declared.keys(), path
        assert operation["security"] in ([], [{"ApiKey": []}]), path
        assert ("401" in map(str, operation["responses"])) == bool(operation["security"]), path
    assert all(declared.values())
    assert [path for path, _method, operation in operations(described) if not operation["security"]]


def test_waiting_is_described_with_its_header(described):
    for path, _method, operation in operations(described):
        for status in (429, 503):
            assert "Retry-After" in operation["responses"][status]["headers"], path


def test_no_two_paths_can_be_meant_by_one_address(described):
    paths = list(described["paths"])
    for first in paths:
        assert not first.endswith("/")
        for second in paths:
            both = list(zip(first.split("/"), second.split("/"), strict=False))
            if first < second and first.count("/") == second.count("/"):
                fit = all(a == b or "{" in a + b for a, b in both)
                variables = [sum("{" in part for part in path.split("/")) for path in (first, second)]
                assert not fit or variables[0] != variables[1], (first, second)


def test_every_schema_is_used(described):
    text = str(described)

    assert not [name for name in described["components"]["schemas"] if f"'#/components/schemas/{name}'" not in text]


@pytest.mark.parametrize(
    ("schema", "name", "values"),
    [
        ("CaseSummary", "state", Case.State.values),
        ("Applicant", "id_kind", Party.IdKind.values),
        (
            "LicenceSummary",
            "validity",
            ["valid", "pending", "expired", "suspended", "revoked", "cancelled", "superseded"],
        ),
    ],
)
def test_what_can_be_chosen_is_listed(described, schema, name, values):
    assert set(described["components"]["schemas"][schema]["properties"][name]["enum"]) == set(values)


def test_states_are_listed_in_requests_too(described):
    asked = described["paths"]["/api/v1/cases"]["get"]["parameters"]
    state = next(parameter["schema"] for parameter in asked if parameter["name"] == "state")

    assert set(state["enum"]) == {*Case.State.values, ""} - {"draft"}


def test_the_questions_of_every_service_can_be_had(cast, described):
    publish("residence-permit")
    for service in Service.objects.offered().online():
        told = Client().get(f"/api/v1/catalogue/services/{service.code}/questions").json()
        fits(described, "ServiceQuestions", told)
        asked = {question["name"]: question for step in told["layout"] for question in step["questions"]}

        assert asked.keys() == told["answers"]["properties"].keys()
        assert all(question["label"] for question in asked.values())
        for question in asked.values():
            assert bool(question["options"]) == (question["widget"] in {"radio", "select", "checkboxes"}), question
            assert bool(question["columns"]) == (question["widget"] == "table"), question
        answers = example(service.code)["answers"]
        assert answers.keys() <= asked.keys()
        jsonschema_rs.Draft202012Validator(told["answers"])


def test_the_questions_say_what_an_application_needs(cast):
    told = Client().get("/api/v1/catalogue/services/food-business/questions").json()
    asked = {question["name"]: question for step in told["layout"] for question in step["questions"]}
    materials = {line["code"]: line for line in told["materials"]}

    assert told["service"] == "food-business"
    assert asked["business_form"]["required"]
    assert {option["value"] for option in asked["business_form"]["options"]} == set(
        told["answers"]["properties"]["business_form"]["enum"]
    )
    assert asked["uscc"]["fixed"]
    assert asked["uscc"]["prefill"].startswith("register:")
    assert materials["business-licence"]["fetched"]
    assert materials["safety-rules"]["when"]
    assert materials["floor-plan"] | {"name": "", "standard": ""} == {
        "code": "floor-plan", "name": "", "required": True, "when": None, "fetched": False,
        "accept": ["pdf", "png", "jpg", "ofd"], "max_mb": 10, "standard": "",
    }  # fmt: skip


def test_what_a_check_says_comes_in_the_language_asked_for(cast):
    publish("residence-permit")
    said = {
        language: Client(headers={"accept-language": language})
        .get("/api/v1/catalogue/services/residence-permit/questions")
        .json()["checks"][0]["message"]
        for language in ("zh-Hans", "en")
    }

    assert said["zh-Hans"] != said["en"]
    assert said["en"].isascii()


@pytest.mark.parametrize("code", ["no-such-service", "nosuch"])
def test_what_cannot_be_applied_for_here_has_no_questions(cast, code):
    answer = Client().get(f"/api/v1/catalogue/services/{code}/questions")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_what_is_answered_fits_its_description(cast, described):
    machine = Machine("cases.file", "parties.find", "cases.read")
    begun = filed(machine).json()
    fits(described, "CaseDetail", begun)
    fits(described, "CaseDetail", machine.client.patch(
        f"/api/v1/cases/{begun['uid']}", {"answers": ANSWERS}, "application/json").json())  # fmt: skip
    for code, file in (("floor-plan", FLOOR_PLAN), ("safety-rules", RULES)):
        fits(described, "CaseDetail", machine.send(f"/cases/{begun['uid']}/materials/{code}", file).json())
    machine.post(f"/cases/{begun['uid']}/materials/business-licence/fetch")
    handed_in = machine.post(f"/cases/{begun['uid']}/submit", {"declared": True})
    assert handed_in.json()["state"] == "submitted"
    fits(described, "CaseDetail", handed_in.json())
    fits(described, "CasePage", machine.get("/cases").json())
    fits(described, "Problem", machine.get("/cases/none").json())
    for path, name in (
        ("services", "ServicePage"),
        ("services/food-business", "ServiceGuide"),
        ("search?q=饭馆", "ServiceHits"),
    ):
        fits(described, name, Client().get(f"/api/v1/catalogue/{path}").json())


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("/licences/verify/NONE", "/licences/verify/code/NONE"),
        ("/cases/", "/cases"),
        ("/licences/?purpose=audit", "/licences?purpose=audit"),
    ],
)
def test_addresses_of_before_still_answer(cast, before, now):
    machine = Machine("cases.read", "licences.read")
    answers = [machine.get(path) for path in (before, now)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
