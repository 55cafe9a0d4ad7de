import pytest

from tests.cast import Cast, found
from tests.snapshots import snapshot
from tongban.applications.emergency import services as emergency
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

HERE = (30.5731, 104.0665)
CENTRE = "market-regulation"
DUTIES = ["emergency.read", "emergency.take_call", "emergency.command", "emergency.warn", "emergency.follow"]
CONTROL = ["actuation.request", "actuation.approve_critical"]
UNITS = {
    "engine-1": ("fire-engine", 30.5750, 104.0670),
    "engine-2": ("fire-engine", 30.5790, 104.0680),
    "ambulance-1": ("ambulance", 30.5740, 104.0660),
    "patrol-1": ("traffic-patrol", 30.5735, 104.0664),
}


@pytest.fixture
def city(db) -> Cast:
    """A small city with two commanders of a centre, a call taker, and one of another centre; and four units."""
    return snapshot("emergency", peopled)


@pytest.fixture
def centre(city) -> Department:
    return Department.objects.get(key=CENTRE)


def peopled() -> Cast:
    city = found()
    lead = identity.define_role(actor=SYSTEM, key="lead", name="指挥长", duties=[*DUTIES, *CONTROL, "sensing.read"])
    taker = identity.define_role(
        actor=SYSTEM, key="taker", name="接警员", duties=["emergency.read", "emergency.take_call"]
    )
    for name, department, role in (
        ("first", CENTRE, lead),
        ("second", CENTRE, lead),
        ("taker", CENTRE, taker),
        ("neighbour", "health", lead),
    ):
        account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
        identity.appoint(actor=SYSTEM, account=account, department=Department.objects.get(key=department), role=role)
        city.accounts[name] = account
    office = Department.objects.get(key=CENTRE)
    for key, (kind, latitude, longitude) in UNITS.items():
        emergency.register_unit(
            actor=SYSTEM, key=key, name=key, kind=kind, department=office, latitude=latitude, longitude=longitude
        )
    return city


def report(**said) -> emergency.EmergencyReport:
    """What somebody says of a fire."""
    usual = {"kind": "fire", "words": "楼道冒烟。", "latitude": HERE[0], "longitude": HERE[1], "address": "柳岸街15号"}
    return emergency.EmergencyReport(**(usual | said))


@pytest.fixture
def fire(city, centre):
    """An open fire, called in a moment ago."""
    return emergency.take_call(actor=city.actor("taker"), department=centre, report=report()).incident
