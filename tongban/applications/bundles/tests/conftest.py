"""A city with the services of 我要开餐馆, and the bundle on offer."""

import pytest

from tests.cast import on  # noqa: F401
from tests.snapshots import snapshot
from tongban.applications.bundles.tests import restaurant
from tongban.infrastructure.kernel import clock, memo


@pytest.fixture
def shop(db):
    """The city on a Monday morning, with everybody whom opening a restaurant needs."""
    with clock.at(restaurant.MORNING):
        made = snapshot("restaurant", restaurant.found)
        memo.forget_all()  # the start page's offers count for seconds, and the test before may have ended a moment ago
        yield made
