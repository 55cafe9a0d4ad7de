"""Orders for other systems: what a key reaches, one order with its steps, and raising one once."""

import json
from typing import Any

import pytest
from django.test import Client

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder

API = "/api/v1/workorders/orders"
ASKED = {
    "dispatcher": "command",
    "verifier": "watch",
    "kind": "check",
    "title": "核查消火栓漏水",
    "area": "990102",
    "address": "柳岸街15号",
    "key": "hotline:7",
}


def key_for(town: Any, name: str, department: str, *duties: str) -> Client:
    """Return how another system asks that holds these duties at a department."""
    account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="client")
    role = identity.define_role(actor=SYSTEM, key=f"{name}-role", name=name, duties=duties)
    identity.appoint(actor=SYSTEM, account=account, department=town.departments[department], role=role)
    _token, key = identity.make_token(actor=SYSTEM, account=account, title=name, duties=duties)
    return Client(headers={"authorization": f"Bearer {key}", "accept-language": "en"})


@pytest.fixture
def hotline(town) -> Client:
    return key_for(town, "hotline", "command", "workorders.dispatch")


def send(client: Client, **changes: Any) -> Any:
    return client.post(API, json.dumps({**ASKED, **changes}), "application/json")


def uids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [line["uid"] for line in answer.json()["items"]]


def test_a_system_lists_the_orders_that_its_duties_reach(town, hotline, handled):
    waiting = town.order(subject="request:7")
    cancelled = workorders.cancel(actor=town.actor("dispatcher"), order=town.order(), words="重复工单。")

    assert set(uids(hotline.get(API))) == {str(handled.uid), str(waiting.uid)}
    assert uids(hotline.get(f"{API}?state=accepted")) == [str(handled.uid)]
    assert uids(hotline.get(f"{API}?state=cancelled")) == [str(cancelled.uid)]
    assert uids(hotline.get(f"{API}?subject=request:7")) == [str(waiting.uid)]
    assert uids(hotline.get(f"{API}?kind=repair")) == []
    assert uids(key_for(town, "gardens", "parks", "workorders.handle").get(API)) == []


def test_an_order_is_read_with_its_steps(town, hotline, handled):
    told = hotline.get(f"{API}/{handled.uid}").json()

    assert (told["number"], told["state"], told["department"]) == (handled.number, "accepted", "roads")
    assert [step["move"] for step in told["steps"]] == ["raise", "dispatch", "accept"]
    assert "crew" not in json.dumps(told), "who took a step is not told"


def test_an_order_beyond_the_reach_of_a_key_is_not_there(town, handled):
    gardens = key_for(town, "gardens", "parks", "workorders.handle")

    assert gardens.get(f"{API}/{handled.uid}").status_code == 404


def test_an_order_is_raised_once_for_one_key(town, hotline):
    first, again = send(hotline).json(), send(hotline, title="消火栓").json()

    assert first["uid"] == again["uid"]
    order = WorkOrder.objects.get()
    assert (order.title, order.dispatcher.key, order.verifier.key) == ("核查消火栓漏水", "command", "watch")
    assert first["due_at"]
    assert order.due_at > order.raised_at


def test_who_does_not_dispatch_for_a_department_raises_nothing_there(town):
    gardens = key_for(town, "gardens", "parks", "workorders.dispatch")

    assert send(gardens).status_code == 403
    assert send(gardens, dispatcher="nowhere").status_code == 422
    assert not WorkOrder.objects.exists()


def test_an_order_does_not_go_to_whoever_verifies_it(hotline):
    answer = send(hotline, department="watch")

    assert answer.status_code == 422
    assert "监督中心 verifies this order" in answer.content.decode()
    assert not WorkOrder.objects.exists()
