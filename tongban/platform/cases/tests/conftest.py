import pytest

from tests.cast import cast, on  # noqa: F401
from tongban.platform.cases.models import Case
from tongban.platform.cases.tests import three as told


@pytest.fixture
def three(db) -> told.Three:
    return told.three()


@pytest.fixture
def examined(three) -> Case:
    """Both branches of the accepted case have said yes; it waits for its decision."""
    case = three.case("accepted")
    told.opinion(three, "review")
    return three.cast.inspected(case)
