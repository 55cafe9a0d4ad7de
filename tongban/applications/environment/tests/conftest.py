from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.cast import found
from tests.snapshots import snapshot
from tongban.applications.environment import services as environment
from tongban.applications.environment.models import MonitoringPoint, PollutionSource
from tongban.infrastructure.kernel import clock, memo
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

NOON = datetime(2026, 8, 3, 4, 30, tzinfo=UTC)  # half past twelve there, a Monday
MN, AIR_MN = "010000A8900016F000169DC0", "99010200000000000000AQ01"
DUTIES = ("environment.read", "environment.manage", "environment.control", "environment.respond", "sensing.read")


@pytest.fixture
def city(db):
    memo.forget_all()
    with clock.at(NOON):
        yield snapshot("a watched outfall", watched)


@pytest.fixture
def point(city):
    return MonitoringPoint.objects.get(mn=MN)


@pytest.fixture
def station(city):
    return MonitoringPoint.objects.get(mn=AIR_MN)


def watched():
    """Found the city; its health office looks after an outfall with a limit, and an air station."""
    city = found()
    with clock.at(NOON):
        role = identity.define_role(actor=SYSTEM, key="environment", name="环境监管", duties=DUTIES)
        office = Department.objects.get(key="health")
        for name, department in (("watcher", office), ("neighbour", Department.objects.get(key="fire-rescue"))):
            account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
            identity.appoint(actor=SYSTEM, account=account, department=department, role=role)
            city.accounts[name] = account
        source = environment.register_source(
            actor=SYSTEM, number="91990102MA99E0101X001P", name="临湖总排口", kind="waste-water", department=office
        )
        outfall = environment.register_point(
            actor=SYSTEM, mn=MN, name="临湖出水口", kind="waste-water", st="32", password="123456", department=office,
            source=source, latitude=30.26, longitude=118.32, video="CAM-7",
        )  # fmt: skip
        environment.set_limit(
            actor=SYSTEM, point=outfall, factor="w01018", period="hour", most=Decimal(50), source="GB 18918—2002"
        )
        environment.register_point(
            actor=SYSTEM, mn=AIR_MN, name="临湖公园站", kind="air", st="22", password="123456", department=office,
            latitude=30.25, longitude=118.31,
        )  # fmt: skip
    assert PollutionSource.objects.count() == 1
    return city
