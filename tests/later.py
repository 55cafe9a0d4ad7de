"""The product's settings in a house whose clock is some days ahead: what has to wait for its day is seen today.

HOUSE_DAYS_AHEAD   so many days
"""

import os
from datetime import datetime, timedelta

from tongban.infrastructure.kernel import clock
from tongban.settings import *  # noqa: F403

_now = clock.now
_ahead = timedelta(days=int(os.environ["HOUSE_DAYS_AHEAD"]))


def _later() -> datetime:
    return _now() + _ahead


clock.now = _later
