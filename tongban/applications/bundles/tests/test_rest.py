"""Another system asks what applies, applies for somebody as one thing, and follows it."""

import json

from django.test import Client

from tests.cast import definition
from tongban.applications.bundles.models import BundleApplication
from tongban.applications.bundles.tests.restaurant import LICENSED, answers_to
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases.models import Case
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

WHOM = {"id_kind": "uscc", "id_number": "91990102MA99H00124", "name": "云泽市禾香餐饮有限公司"}
DUTIES = ("cases.file", "parties.find")
PLAN = definition("food-business") / "floor-plan-sample.pdf"


def caller() -> Client:
    account = identity.open_account(actor=SYSTEM, login="bank", name="云泽银行", kind="client")
    role = identity.define_role(actor=SYSTEM, key="bank", name="代办", duties=DUTIES)
    office = Department.objects.get(key="city")
    identity.appoint(actor=SYSTEM, account=account, department=office, role=role, subtree=True)
    _token, key = identity.make_token(actor=SYSTEM, account=account, title="测试", duties=DUTIES)
    return Client(headers={"authorization": f"Bearer {key}"})


def send(client, method, address, body, **headers):
    return client.generic(method, address, json.dumps(body), "application/json", headers=headers)


def test_anybody_asks_what_applies(shop):
    assert "open-restaurant" in [row["code"] for row in Client().get("/api/v1/bundles").json()["items"]]

    told = send(Client(), "POST", "/api/v1/bundles/which/open-restaurant", {"situation": LICENSED}).json()
    wrong = send(Client(), "POST", "/api/v1/bundles/which/open-restaurant", {"situation": {"who": "me"}})

    assert {row["key"]: row["applies"] for row in told["items"]} == {
        "licence": False,
        "food": True,
        "fire": True,
        "hygiene": False,
        "sign": True,
    }
    assert wrong.status_code == 422


def test_a_system_applies_for_somebody_as_one_thing(shop):
    client, begin = caller(), {"bundle": "open-restaurant", "situation": LICENSED, "applicant": WHOM}
    made = send(client, "POST", "/api/v1/bundles/applications", begin, **{"idempotency-key": "restaurant-1"})
    again = send(client, "POST", "/api/v1/bundles/applications", begin, **{"idempotency-key": "restaurant-1"})
    assert (made.status_code, again.status_code) == (201, 200), made.content
    assert made.json()["uid"] == again.json()["uid"]
    address = f"/api/v1/bundles/applications/{made.json()['uid']}"
    application = BundleApplication.objects.get()
    told = send(client, "PATCH", address, {"answers": answers_to(application)})
    assert told.status_code == 200, told.content
    checks = [name.removeprefix("confirm:") for name in told.json()["missing"] if name.startswith("confirm:")]
    told = send(client, "PATCH", address, {"answers": {}, "confirmed": checks}).json()
    for name in [name for name in told["missing"] if name.startswith("material:")]:
        with PLAN.open("rb") as file:
            client.post(f"{address}/materials/{name.removeprefix('material:')}", {"file": file})

    done = send(client, "POST", f"{address}/submit", {"declared": True})

    assert done.status_code == 200, done.content
    assert {item["state"] for item in done.json()["items"]} == {"started"}
    assert Case.objects.submitted_by_people().count() == 3
    assert client.get(address).json()["number"]


def test_what_is_missing_is_named_and_nothing_is_handed_in(shop):
    client, begin = caller(), {"bundle": "open-restaurant", "situation": LICENSED, "applicant": WHOM}
    made = send(client, "POST", "/api/v1/bundles/applications", begin, **{"idempotency-key": "restaurant-1"}).json()

    refused = send(client, "POST", f"/api/v1/bundles/applications/{made['uid']}/submit", {"declared": True})

    assert refused.status_code == 422
    assert "food_seats" in json.dumps(refused.json())
    assert not Case.objects.submitted_by_people().exists()
