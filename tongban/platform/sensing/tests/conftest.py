from datetime import UTC, datetime

import pytest

from tests.cast import Cast, found
from tests.snapshots import snapshot
from tongban.infrastructure.kernel import clock, memo
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.sensing.tests.gauges import DUTIES

NOW = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def city(db):
    """A small city with an official who looks after things, and one of another department."""
    memo.forget_all()
    with clock.at(NOW):
        yield snapshot("sensing", peopled)


def peopled() -> Cast:
    city = found()
    role = identity.define_role(actor=SYSTEM, key="sensing", name="监测", duties=DUTIES)
    for name, department in (("duty", "fire-rescue"), ("neighbour", "health")):
        account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
        place = Department.objects.get(key=department)
        identity.appoint(actor=SYSTEM, account=account, department=place, role=role)
        city.accounts[name] = account
    return city
