from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder

FOUNDED = datetime(2026, 2, 2, 2, tzinfo=UTC)
WHO = {
    "dispatcher": ("command", ("workorders.dispatch", "workorders.route")),
    "colleague": ("command", ("workorders.dispatch",)),
    "crew": ("roads", ("workorders.handle",)),
    "mate": ("roads", ("workorders.handle",)),
    "other_crew": ("parks", ("workorders.handle",)),
    "verifier": ("watch", ("workorders.verify",)),
    "everything": ("town", ("workorders.dispatch", "workorders.handle", "workorders.verify")),
}


@dataclass
class Crews:
    """A town with a command centre, a supervision centre, and two departments with crews."""

    accounts: dict[str, Account] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return identity.actor_of(self.accounts[name])

    def browser(self, name: str) -> Client:
        """Return somebody's browser, signed in."""
        session = SessionStore()
        session.begin(self.accounts[name], address="127.0.0.1", device="tests")
        session.save()
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    def order(self, **said: Any) -> WorkOrder:
        given = {"kind": "check", "title": "路面破损", "area": "990102", "address": "柳岸街15号", **said}
        return workorders.raise_order(
            actor=self.actor("dispatcher"),
            dispatcher=self.departments["command"],
            verifier=self.departments["watch"],
            **given,
        )


@pytest.fixture
def town(db: Any) -> Crews:
    codes.forget()
    codes.load_shipped()
    with clock.at(FOUNDED):
        return _founded()


def _founded() -> Crews:
    found = Crews()
    top = identity.put_department(actor=SYSTEM, key="town", name="镇")
    found.departments["town"] = top
    for key, name in (("command", "指挥中心"), ("watch", "监督中心"), ("roads", "市政所"), ("parks", "园林所")):
        found.departments[key] = identity.put_department(actor=SYSTEM, key=key, name=name, parent=top)
    for login, (department, duties) in WHO.items():
        account = identity.open_account(actor=SYSTEM, login=login, name=login, kind="staff")
        role = identity.define_role(actor=SYSTEM, key=login, name=login, duties=duties)
        identity.appoint(
            actor=SYSTEM, account=account, department=found.departments[department], role=role, subtree=True
        )
        found.accounts[login] = account
    return found


@pytest.fixture
def handled(town: Crews) -> WorkOrder:
    """An order that the crew has accepted."""
    order = town.order(department=town.departments["roads"])
    return workorders.accept(actor=town.actor("crew"), order=order)
