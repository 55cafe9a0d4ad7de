"""The checks of the six services: what no form should take without a word."""

import json
from datetime import date
from typing import Any

import pytest

from tests.cast import definition, definitions, example
from tongban.platform.eforms import services as eforms
from tongban.platform.parties import services as parties

pytestmark = pytest.mark.found("B4")

TODAY = date(2026, 3, 2)
SERVICES = sorted(folder.name for folder in definitions() if (folder / "form.json").exists())


def found(service: str, number: int = 0, knowledge: dict[str, Any] | None = None, **answers: Any) -> dict[str, str]:
    """Return what is found in an example whose answers were changed: check -> severity."""
    form = eforms.load(json.loads((definition(service) / "form.json").read_text()))
    whole = {**example(service, number)["answers"], **answers}
    knowledge = {**known(form, whole), **(knowledge or {})}
    return {one.id: one.severity for one in eforms.findings(form, whole, knowledge, TODAY)}


def known(form: eforms.Form, answers: dict[str, Any]) -> dict[str, Any]:
    registers: dict[str, dict[str, Any]] = {"enterprise": {"business_scope": "餐饮服务"}, "population": {}}
    for name, source in form.prefills().items():
        kind, _dot, field = source.removeprefix("register:").partition(".")
        if kind in registers and name in answers:
            registers[kind][field] = answers[name]
    number = answers.get("id_number")
    born = parties.birth_date(number) if number else None
    if born:
        registers["population"] |= {"birth_date": born.isoformat()}
    permit = {"kind": "residence-permit", "number": "JZ1", "valid_until": "2026-12-31", "face": []}
    return {"age": parties.age(born, TODAY) if born else None, "registers": registers, "licences": [permit]}


@pytest.mark.parametrize("service", SERVICES)
def test_an_ordinary_application_is_asked_nothing(service):
    assert found(service) == {}


@pytest.mark.parametrize(
    ("service", "answers", "expected"),
    [
        ("food-business", {"premises_area": 80, "kitchen_area": 200}, {"kitchen-within-premises": "error"}),
        ("food-business", {"lease_until": "2020-08-31"}, {"lease-over": "error"}),
        ("food-business", {"lease_until": "2026-04-01"}, {"lease-ends-soon": "confirm"}),
        ("food-business", {"staff_count": 4, "staff_checked": 9}, {"more-certificates-than-staff": "error"}),
        ("food-business", {"staff_count": 9, "staff_checked": 4}, {"staff-without-certificate": "confirm"}),
        ("food-business", {"special_room": False}, {"special-room-needed": "confirm"}),
        ("food-business", {"special_room_area": 90}, {"special-room-within-kitchen": "error"}),
        ("food-business", {"seats": 400}, {"too-many-seats": "confirm"}),
        ("food-business", {"district": "990103"}, {"district-of-address": "error"}),
        ("residence-permit", {"resident_since": "2027-01-01"}, {"since-the-future": "error"}),
        ("residence-permit", {"resident_since": "2026-01-20"}, {"since-half-a-year": "confirm"}),
        ("residence-permit", {"resident_since": "1901-01-20"}, {"since-before-birth": "error"}),
        ("residence-permit-reissue", {"lost_on": "2026-05-01"}, {"lost-in-the-future": "error"}),
        ("flexible-employment", {"insurance_wish": ["pension", "none"]}, {"insurance-or-none": "error"}),
        ("flexible-employment", {"started_on": "2027-05-01"}, {"started-in-the-future": "error"}),
        ("public-place-hygiene", {"serving_staff": 2, "staff_certified": 6}, {"more-certificates-than-staff": "error"}),
        ("public-place-hygiene", {"chairs": 300, "business_area": 40}, {"chairs-within-area": "confirm"}),
        ("senior-allowance", {"other_allowance": True}, {"allowance-elsewhere": "confirm"}),
        ("senior-allowance", {"agent_id": "990103193602180289"}, {"agent-is-another": "error"}),
    ],
)
def test_what_cannot_be_is_an_error_and_what_is_strange_is_to_be_confirmed(service, answers, expected):
    assert expected.items() <= found(service, **answers).items()


def test_somebody_of_thirty_six_is_told_before_beginning_that_the_allowance_is_for_the_very_old():
    form = eforms.load(json.loads((definition("senior-allowance") / "form.json").read_text()))

    told = eforms.findings(form, {}, {"age": 36}, TODAY)

    assert [(one.id, one.severity, one.at) for one in told] == [("eighty-years", "error", "begin")]
    assert "现在36岁，尚未到80岁" in told[0].text
    assert "第三条" in told[0].source


def test_a_permit_that_nobody_holds_is_told_before_it_is_replaced():
    assert found("residence-permit-reissue", knowledge={"licences": []}) == {"holds-a-permit": "confirm"}


@pytest.mark.parametrize("service", SERVICES)
def test_each_check_speaks_both_languages_and_names_no_place_that_is_not_filled(service):
    form = eforms.load(json.loads((definition(service) / "form.json").read_text()))

    for check in form.checks:
        context = dict.fromkeys(form.fields) | {"age": None, "registers": None, "licences": None}
        for text in (check.message, check.english):
            assert "{" not in check.filled(text, context, TODAY, {})
