from datetime import UTC, datetime

import pytest

from tests.cast import found
from tests.laws.sample_city import SampleCity, gathered
from tests.snapshots import snapshot
from tongban.infrastructure.kernel import clock


@pytest.fixture
def sample_city(db) -> SampleCity:
    with clock.at(datetime(2026, 3, 2, 2, tzinfo=UTC)):
        return snapshot("sample city", lambda: gathered(found()))
