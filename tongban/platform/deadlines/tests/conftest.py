import pytest

from tests.snapshots import snapshot
from tongban.platform.codes import services as codes


@pytest.fixture
def calendar(db):
    codes.forget()
    snapshot("codes", codes.load_shipped, of="codes_")
    yield
    codes.forget()
