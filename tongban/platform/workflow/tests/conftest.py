import pytest

from tongban.infrastructure.kernel.actors import Actor, Grant
from tongban.platform.codes import services as codes
from tongban.platform.identity.models import Account, Department


@pytest.fixture
def calendar(db):
    """The working days that come with the house."""
    codes.load_shipped()
    yield
    codes.forget()


@pytest.fixture
def market(db):
    return Department.objects.create(key="market-regulation", name="云泽市市场监督管理局", path="market-regulation/")


@pytest.fixture
def fire(db):
    return Department.objects.create(key="fire-rescue", name="云泽市消防救援支队", path="fire-rescue/")


@pytest.fixture
def official():
    """Make an official: official(name, department, duties…, area=prefix)."""

    def make(name, department, *duties, area=""):
        account = Account.objects.create(login=name, name=name, kind="staff", created_at="2026-01-01T00:00Z")
        departments = frozenset({department.pk})
        return Actor("staff", account.pk, name, grants=tuple(Grant(duty, departments, area) for duty in duties))

    return make


@pytest.fixture
def wu(official, market):
    return official("吴志远", market, "cases.accept", "cases.review", "cases.approve")


@pytest.fixture
def he(official, fire):
    return official("何岚", fire, "cases.inspect")
