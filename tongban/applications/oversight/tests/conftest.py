from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.cast import found
from tests.snapshots import snapshot
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases.models import Case
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

# A Monday, at nine where the city is.
MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)


def at(month, day, hour=9, minute=0, second=0):
    """Return a moment of 2026 where the city is."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def city(db):
    return snapshot("supervised", supervised)


def supervised():
    """Found the city, with who answers for departments and who supervises them."""
    city = found()
    with clock.at(MORNING):
        answers = identity.define_role(actor=SYSTEM, key="answers", name="监察答复", duties=["oversight.answer"])
        watches = identity.define_role(
            actor=SYSTEM, key="watches", name="监察人员", duties=["oversight.supervise", "cases.read"]
        )
        for name, department, role, subtree in (
            ("answerer", "market-regulation", answers, False),
            ("window-answerer", "government-services", answers, False),
            ("neighbour", "health", answers, False),
            ("supervisor", "city", watches, True),
            ("half-supervisor", "health", watches, False),
        ):
            account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
            place = Department.objects.get(key=department)
            identity.appoint(actor=SYSTEM, account=account, department=place, role=role, subtree=subtree)
            city.accounts[name] = account
    return city


def heard(case):
    """Let the worker hear what was told; return the case as it is now."""
    jobs.run_all()
    return Case.objects.get(pk=case.pk)
