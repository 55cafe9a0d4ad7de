"""The desk of remote control, and the door for machines."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import ControlCommand, StandingApproval
from tongban.platform.actuation.tests.conftest import later
from tongban.platform.actuation.tests.devices import DEVICE
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department


def asked_at_desk(tower, **said):
    address = reverse("desk:actuation:ask", args=[tower.device.uid, "cut"])
    given = {"circuit": "B1", "minutes": "10", "reason": "三层起火", "key": "once", **said}
    return tower.browser("asker").post(address, given, follow=True)


def test_power_is_cut_and_released_at_the_desk(tower):
    tower.on_fire()
    page = asked_at_desk(tower).content.decode()
    assert "等待他人审批" in page
    asked = ControlCommand.objects.get()
    assert (asked.seconds, asked.parameters, asked.drill) == (600, {"circuit": "B1"}, False)
    address = reverse("desk:actuation:act", args=[asked.uid, "approve"])
    shown = tower.browser("chief").get(address).content.decode()
    assert "三层起火" in shown
    tower.browser("chief").post(address, {"version": asked.version, "words": "同意"})
    actuation.look_at_due()
    with later(1):
        actuation.look_at_due()
        page = tower.browser("asker").get(reverse("desk:actuation:command", args=[asked.uid])).content.decode()
        assert "生效中" in page
        assert "设备上报" in page
        tower.browser("asker").post(reverse("desk:actuation:act", args=[asked.uid, "release"]), {"words": ""})
        actuation.look_at_due()
    assert DEVICE.commands() == ["cut", "release"]
    over = tower.browser("asker").get(reverse("desk:actuation:commands") + "?state=over").content.decode()
    assert asked.number in over


def test_an_interlock_says_why_on_the_page(tower):
    tower.sense(smoke_1=True, lift_1=False, lift_2=False)
    page = asked_at_desk(tower).content.decode()
    assert "两个以上探测器" in page
    assert ControlCommand.objects.get().state == "blocked"


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(tower):
    tower.on_fire()
    answer = asked_at_desk(tower, reason="", minutes="61")
    assert answer.status_code == 422
    assert "最多60分钟" in answer.content.decode()
    assert not ControlCommand.objects.exists()


def test_whoever_asked_is_offered_no_approval_and_a_second_look_is_refused(tower):
    tower.on_fire()
    asked = tower.ask()
    address = reverse("desk:actuation:act", args=[asked.uid, "approve"])
    shown = reverse("desk:actuation:command", args=[asked.uid])
    assert address not in tower.browser("asker").get(shown).content.decode()
    assert address in tower.browser("chief").get(shown).content.decode()
    assert "<form method" not in tower.browser("asker").get(address).content.decode().split("<main")[1]
    stale = tower.browser("chief").post(address, {"version": asked.version + 1, "words": ""})
    assert stale.status_code == 422
    assert tower.fresh(asked).state == "asked"


def test_an_approval_ahead_is_granted_and_taken_back_at_the_desk(tower):
    address = reverse("desk:actuation:grant", args=[tower.device.uid, "cut"])
    given = {"rule": "fire-confirmed", "days": "30", "reason": "夜间"}
    assert tower.browser("asker").post(address, given | {"days": "300"}).status_code == 422
    tower.browser("chief").post(address, given)
    granted = StandingApproval.objects.get()
    tower.on_fire()
    assert tower.ask("system", rule="fire-confirmed").state == "approved"
    page = tower.browser("chief").get(reverse("desk:actuation:device", args=[tower.device.uid])).content.decode()
    assert "fire-confirmed" in page
    tower.browser("chief").post(reverse("desk:actuation:end", args=[granted.uid]))
    granted.refresh_from_db()
    assert granted.ended_at


def test_who_holds_no_duty_there_finds_nothing(tower):
    tower.on_fire()
    asked = tower.ask()
    for name, uid in (("command", asked.uid), ("device", tower.device.uid)):
        assert tower.browser("stranger").get(reverse(f"desk:actuation:{name}", args=[uid])).status_code == 404
        assert tower.browser("nobody").get(reverse(f"desk:actuation:{name}", args=[uid])).status_code == 403


def key_for(name, *duties):
    """Return how another system asks that holds these duties at the fire department."""
    account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="client")
    role = identity.define_role(actor=SYSTEM, key=f"{name}-role", name=name, duties=duties)
    identity.appoint(actor=SYSTEM, account=account, department=Department.objects.get(key="fire"), role=role)
    _token, key = identity.make_token(actor=SYSTEM, account=account, title=name, duties=duties)
    return account, Client(headers={"authorization": f"Bearer {key}"})


def test_another_system_asks_once_sees_what_became_of_it_and_lets_go(tower):
    account, machine = key_for("alarm-centre", "actuation.request", "actuation.approve_critical")
    tower.on_fire()
    body = {"device": "tower-power", "command": "cut", "parameters": {"circuit": "B1"}, "reason": "火警", "key": "a:1"}
    answers = [
        machine.post("/api/v1/actuation/commands", json.dumps(body), "application/json").json() for _turn in range(2)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["state"] == "asked"
    asked = ControlCommand.objects.get()
    with pytest.raises(actuation.NotAHuman):
        actuation.approve(actor=identity.actor_of(account), command=tower.ask())
    listed = machine.get("/api/v1/actuation/commands").json()["items"]
    assert {one["state"] for one in listed} == {"asked"}
    released = machine.post(f"/api/v1/actuation/commands/{asked.uid}/release", "{}", "application/json").json()
    assert released["state"] == "withdrawn"
    assert machine.get(f"/api/v1/actuation/commands/{asked.uid}").json()["state"] == "withdrawn"
    assert [one["uid"] for one in machine.get("/api/v1/actuation/commands?over=true").json()["items"]] == [
        str(asked.uid)
    ]
    unknown = machine.post("/api/v1/actuation/commands", json.dumps(body | {"device": "x"}), "application/json")
    assert unknown.status_code == 404
