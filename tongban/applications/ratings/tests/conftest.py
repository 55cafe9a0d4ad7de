from datetime import UTC, datetime

import pytest

from tests.cast import found
from tests.snapshots import snapshot
from tongban.applications.ratings.models import Rating
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def story(db, request):
    """The city, and in it a case that was refused where a test wants its rating; on that day."""
    with clock.at(MORNING):
        yield snapshot("a rating", refused) if "rating" in request.fixturenames else (peopled(), None)


@pytest.fixture
def city(story):
    return story[0]


@pytest.fixture
def rating(story):
    return story[1]


def peopled():
    """Found the city, with somebody who looks after low grades."""
    city = found()
    with clock.at(MORNING):
        role = identity.define_role(actor=SYSTEM, key="carer", name="差评整改", duties=["ratings.follow_up"])
        for name, department in (("carer", "market-regulation"), ("neighbour", "health")):
            account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
            place = Department.objects.get(key=department)
            identity.appoint(actor=SYSTEM, account=account, department=place, role=role)
            city.accounts[name] = account
    return city


def refused():
    city = peopled()
    return city, Rating.objects.of(city.decided(granted=False)).get()
