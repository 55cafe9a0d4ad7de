from collections.abc import Iterator

import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from scim2_client.engines.wsgi import WSGISCIMClient

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Role


@pytest.fixture
def city(db) -> Department:
    return identity.put_department(actor=SYSTEM, key="city", name="云泽市人民政府", area="990100")


@pytest.fixture
def market(city) -> Department:
    return identity.put_department(actor=SYSTEM, key="market", name="市场监督管理局", parent=city, area="990100")


def role(key: str, *duties: str) -> Role:
    return identity.define_role(actor=SYSTEM, key=key, name=key, duties=list(duties))


def official(login: str, name: str, department: Department, of: Role) -> Account:
    account = identity.open_account(actor=SYSTEM, login=login, name=name, kind="staff", email=f"{login}@yunze.example")
    identity.appoint(actor=SYSTEM, account=account, role=of, department=department)
    return account


def key_of(department: Department, *duties: str) -> str:
    """Return a key of a directory that looks after a department and all below it."""
    directory = identity.open_account(actor=SYSTEM, login="directory", name="组织目录", kind="client")
    held = role("directory", *duties)
    identity.appoint(actor=SYSTEM, account=directory, role=held, department=department, subtree=True)
    return identity.make_token(actor=SYSTEM, account=directory, title="SCIM", duties=list(duties))[1]


@pytest.fixture
def key(city) -> str:
    return key_of(city, "identity.manage", "provisioning.sync")


@pytest.fixture
def scim(key) -> Iterator[WSGISCIMClient]:
    """A client within the test's transaction: no request ends its connection, as in Django's own test client."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield WSGISCIMClient(
        WSGIHandler(), base_url="http://127.0.0.1:8000/scim/v2", headers={"Authorization": f"Bearer {key}"}
    )
    for signal in ends:
        signal.connect(close_old_connections)
