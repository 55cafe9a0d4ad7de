from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.snapshots import snapshot
from tongban.infrastructure.kernel import clock, memo
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import ControlCommand, ControlledDevice
from tongban.platform.actuation.tests.devices import DEVICE
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Datastream

NOW = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
WHO = {
    "asker": ("fire", ("actuation.request", "actuation.approve", "actuation.approve_critical")),
    "chief": ("fire", ("actuation.approve_critical", "actuation.approve")),
    "clerk": ("fire", ("actuation.approve",)),
    "stranger": ("parks", ("actuation.request", "actuation.approve_critical", "actuation.steward")),
    "nobody": ("fire", ("sensing.read",)),
}


@dataclass
class Tower:
    """A building with two smoke detectors, two lifts, and a power supply that can be cut."""

    accounts: dict[str, Account] = field(default_factory=dict)
    device: ControlledDevice = field(default_factory=ControlledDevice)
    streams: dict[str, Datastream] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return SYSTEM if name == "system" else identity.actor_of(self.accounts[name])

    def browser(self, name: str) -> Client:
        """Return somebody's browser, signed in."""
        session = SessionStore()
        session.begin(self.accounts[name], address="127.0.0.1", device="tests")
        session.save()
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    def sense(self, *, at: datetime | None = None, **values: Any) -> None:
        for name, value in values.items():
            sensing.observe(actor=SYSTEM, stream=self.streams[name], at=at or clock.now(), value=value)

    def on_fire(self) -> None:
        """Both detectors report smoke, and both lifts are empty."""
        self.sense(smoke_1=True, smoke_2=True, lift_1=False, lift_2=False)

    def ask(self, who: str = "asker", **said: Any) -> ControlCommand:
        given = {"command": "cut", "parameters": {"circuit": "B1"}, "reason": "三层起火", "seconds": 600, **said}
        return actuation.request(actor=self.actor(who), device=self.device, **given)

    def fresh(self, command: ControlCommand) -> ControlCommand:
        return ControlCommand.objects.with_names().get(pk=command.pk)

    def approved(self, **said: Any) -> ControlCommand:
        self.on_fire()
        return actuation.approve(actor=self.actor("chief"), command=self.ask(**said))


@pytest.fixture
def tower(db: Any) -> Any:
    codes.forget()
    codes.load_shipped()
    memo.forget_all()
    DEVICE.forget()
    with clock.at(NOW):
        yield snapshot("actuation", founded)


def founded() -> Tower:
    found = Tower()
    fire = identity.put_department(actor=SYSTEM, key="fire", name="消防救援大队", area="990102")
    parks = identity.put_department(actor=SYSTEM, key="parks", name="园林所", area="990102")
    places = {"fire": fire, "parks": parks}
    for login, (department, duties) in WHO.items():
        account = identity.open_account(actor=SYSTEM, login=login, name=login, kind="staff")
        role = identity.define_role(actor=SYSTEM, key=login, name=login, duties=duties)
        identity.appoint(actor=SYSTEM, account=account, department=places[department], role=role)
        found.accounts[login] = account
    found.device, found.streams = powered(fire)
    return found


def powered(department: Department, driver: str = "remembered", **address: Any) -> tuple[ControlledDevice, Any]:
    thing = sensing.register_thing(
        actor=SYSTEM, key="tower", name="云泽大厦", department=department, kind="building", area="990102"
    )
    streams = {}
    for name, title in (("smoke", "火警"), ("lift", "电梯有人")):
        measured = sensing.define_property(actor=SYSTEM, key=name, name=title)
        for number in (1, 2):
            streams[f"{name}_{number}"] = sensing.open_stream(
                actor=SYSTEM, key=f"tower/{name}-{number}", thing=thing, observed_property=measured, kind="truth"
            )
    device = actuation.register_device(
        actor=SYSTEM,
        key="tower-power",
        name="云泽大厦总配电柜",
        thing=thing,
        kind="building-power",
        driver=driver,
        address=address,
        sources={
            "smoke": [streams["smoke_1"], streams["smoke_2"]],
            "lift_occupied": [streams["lift_1"], streams["lift_2"]],
        },
        properties={"lifts": 2, "circuits": ["B1", "B2", "ICU"], "life_support": ["ICU"]},
    )
    return device, streams


def later(seconds: float) -> Any:
    """Return the clock, moved on."""
    return clock.at(clock.now() + timedelta(seconds=seconds))
