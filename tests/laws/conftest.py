from datetime import UTC, datetime

import pytest

from tests.cast import found
from tests.laws.crowd import Crowd, gathered
from tests.memory import retold
from tongban.infrastructure.kernel import clock


@pytest.fixture
def crowd(db) -> Crowd:
    with clock.at(datetime(2026, 3, 2, 2, tzinfo=UTC)):
        return retold("crowd", lambda: gathered(found()))
