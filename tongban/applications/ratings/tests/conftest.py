from datetime import UTC, datetime

import pytest

from tests.cast import cast  # noqa: F401
from tongban.applications.ratings.models import Rating
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def city(cast):  # noqa: F811
    """The cast, on the day on which their case is decided, and somebody who looks after low grades."""
    with clock.at(MORNING):
        role = identity.define_role(actor=SYSTEM, key="carer", name="差评整改", duties=["ratings.follow_up"])
        for name, department in (("carer", "market-regulation"), ("neighbour", "health")):
            account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
            place = Department.objects.get(key=department)
            identity.appoint(actor=SYSTEM, account=account, department=place, role=role)
            cast.accounts[name] = account
        yield cast


@pytest.fixture
def rating(city):
    case = city.decided(granted=False)
    return Rating.objects.of(case).get()
