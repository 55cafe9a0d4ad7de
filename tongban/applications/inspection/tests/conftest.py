import pytest

from tests.cast import Cast, found
from tests.snapshots import snapshot
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department


@pytest.fixture
def city(db) -> Cast:
    """A small city with two officials who answer notes, each in a department."""
    return snapshot("inspection", peopled)


def peopled() -> Cast:
    city = found()
    role = identity.define_role(actor=SYSTEM, key="inspection", name="互联网+监管", duties=["inspection.answer"])
    for name, department in (("answerer", "market-regulation"), ("neighbour", "health")):
        account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="staff")
        place = Department.objects.get(key=department)
        identity.appoint(actor=SYSTEM, account=account, department=place, role=role)
        city.accounts[name] = account
    return city
