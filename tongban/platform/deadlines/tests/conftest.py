import pytest

from tongban.platform.codes import services as codes


@pytest.fixture
def calendar(db):
    codes.load_shipped()
    yield
    codes.forget()
