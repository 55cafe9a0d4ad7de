"""A city with matters that belong to somebody, and strangers who know their addresses."""

from typing import Any

import pytest

from tests.cast import cast, found  # noqa: F401
from tests.sample_city import SampleCity, settled
from tests.samples import furnished
from tests.snapshots import snapshot


@pytest.fixture
def sample_city(db: Any) -> SampleCity:
    return snapshot("sample city", lambda: furnished(settled(found())))
