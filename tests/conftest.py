"""A town with matters that belong to somebody, and strangers who know their addresses."""

from typing import Any

import pytest

from tests.cast import found
from tests.samples import furnished
from tests.snapshots import snapshot
from tests.town import Town, settled


@pytest.fixture
def town(db: Any) -> Town:
    return snapshot("town", lambda: furnished(settled(found())))
