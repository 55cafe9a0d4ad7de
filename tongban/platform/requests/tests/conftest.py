import pytest

from tests.cast import cast  # noqa: F401
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.requests import services as requests
from tongban.platform.requests.tests.pictures import photograph


@pytest.fixture
def city(cast):  # noqa: F811
    """The cast, with an office that receives requests and two bureaus that handle them."""
    for name, department, duty in (
        ("receptionist", "government-services", "requests.receive"),
        ("handler", "market-regulation", "requests.handle"),
        ("other_handler", "health", "requests.handle"),
    ):
        role = identity.define_role(actor=SYSTEM, key=f"r-{name}".replace("_", "-"), name=name, duties=[duty])
        account: Account = identity.open_account(actor=SYSTEM, login=name, name="岑三", kind="staff")
        place = Department.objects.get(key=department)
        identity.appoint(actor=SYSTEM, account=account, department=place, role=role)
        cast.accounts[name] = account
    return cast


def an_order(**changes) -> requests.RequestOrder:
    """Return what somebody says, to the office that receives it."""
    office = Department.objects.get(key="government-services")
    said = {
        "office": office,
        "kind": "complaint",
        "words": "店外摆放货物，挡住人行道。",
        "place": requests.RequestPlace("990102", 30.5731, 104.0672, "WGS84", "柳岸街15号门前"),
        **changes,
    }
    return requests.RequestOrder(**said)


@pytest.fixture
def received(city):
    """Return a request of the citizen with a photograph, and its code."""
    return requests.receive(actor=city.actor("citizen"), order=an_order(public=True), photos=[photograph()])


def bureau(key: str = "market-regulation") -> Department:
    return Department.objects.get(key=key)


def work_done() -> None:
    jobs.run_all()
