from datetime import UTC, datetime

import pytest

from tests.cast import cast  # noqa: F401
from tests.laws.crowd import Crowd, gathered
from tongban.infrastructure.kernel import clock


@pytest.fixture
def crowd(cast) -> Crowd:  # noqa: F811
    with clock.at(datetime(2026, 3, 2, 2, tzinfo=UTC)):
        return gathered(cast)
