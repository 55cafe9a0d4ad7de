import shutil
from pathlib import Path

import pytest
from django.test import Client

from tests.snapshots import snapshot
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.catalogue import services as catalogue
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.VAR = tmp_path


@pytest.fixture
def folder(tmp_path):
    """A whole small definition that a test may spoil."""
    return Path(shutil.copytree(HERE / "definitions" / "shop-sign", tmp_path / "made" / "shop-sign"))


@pytest.fixture
def offices(db):
    codes.forget()
    return snapshot("offices and codes", opened)


def opened():
    codes.load_shipped()
    names = {"urban-management": "云泽市城市管理局", "government-services": "云泽市政务局", "health": "云泽市卫健委"}
    place = identity.put_department
    return {key: place(actor=SYSTEM, key=key, name=name, area="990100") for key, name in names.items()}


@pytest.fixture
def designer(offices):
    """May write and publish what belongs to the urban management office, nothing else."""
    reach = frozenset({offices["urban-management"].pk})
    return Actor("staff", name="孙悦", grants=(Grant("catalogue.design", reach), Grant("catalogue.publish", reach)))


@pytest.fixture
def stranger(offices):
    reach = frozenset({offices["health"].pk})
    return Actor("staff", name="唐宇", grants=(Grant("catalogue.design", reach), Grant("catalogue.publish", reach)))


@pytest.fixture
def sign(offices, folder):
    """The shop sign permit, in force."""
    return catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version).service


@pytest.fixture
def client():
    return Client()


def spoil(folder, file, old, new):
    """Replace a text in a file of a definition."""
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
