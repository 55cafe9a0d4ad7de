from datetime import UTC, datetime

import pytest

from tests.cast import Cast, found
from tests.snapshots import snapshot
from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import Camera, SipDevice
from tongban.applications.safecity.tests import building
from tongban.infrastructure.kernel import clock, memo
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

NOON = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)  # twelve o'clock there, a Monday
OFFICE = "public-security"
WATCH = ("safecity.read", "safecity.respond", "safecity.ask_video")
LEAD = (
    "safecity.read", "safecity.manage", "safecity.respond", "safecity.approve_video", "safecity.supervise",
    "safecity.outside", "safecity.approve_correction", "workorders.dispatch",
)  # fmt: skip
STAFF = {
    "watch": (OFFICE, WATCH),
    "watch2": (OFFICE, WATCH),
    "lead": (OFFICE, LEAD),
    "lead2": (OFFICE, LEAD),
    "walker": (OFFICE, ("safecity.patrol", "workorders.handle")),
    "corrector": (OFFICE, ("safecity.correct", "safecity.respond", "parties.find")),
    "neighbour": ("health", (*WATCH, *LEAD, "safecity.correct", "safecity.patrol")),
}
SENDERS = {"sender": ("safecity.send_alarm",), "tracker": ("safecity.send_position",)}


@pytest.fixture
def city(db):
    """A small city whose police watch, patrol and answer for cameras; one camera and one device."""
    memo.forget_all()
    with clock.at(NOON):
        yield snapshot("safecity", watched)


@pytest.fixture
def office(city):
    return Department.objects.get(key=OFFICE)


@pytest.fixture
def camera(city):
    return Camera.objects.get()


@pytest.fixture
def device(city):
    return SipDevice.objects.get()


def watched() -> Cast:
    city = found()
    with clock.at(NOON):
        for name, (department, duties) in STAFF.items():
            _open(city, name, "staff", department, duties)
        for name, duties in SENDERS.items():
            _open(city, name, "client", OFFICE, duties)
        office = Department.objects.get(key=OFFICE)
        lead = city.actor("lead")
        safecity.register_device(actor=lead, entry=building.device_entry(office, office.area))
        entry = building.camera_entry(office, office.area, device=building.NUMBER, sip_channel=building.CHANNEL)
        safecity.register_camera(actor=lead, entry=entry)
    return city


def _open(city: Cast, name: str, kind: str, department: str, duties: tuple[str, ...]) -> None:
    account = identity.open_account(actor=SYSTEM, login=name, name=name, kind=kind)
    role = identity.define_role(actor=SYSTEM, key=f"safety-{name}", name=name, duties=duties)
    identity.appoint(actor=SYSTEM, account=account, department=Department.objects.get(key=department), role=role)
    city.accounts[name] = account
