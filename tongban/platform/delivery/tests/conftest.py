"""Carriers that run, a house that hears them, and somebody who wants something by post."""

from datetime import date

import pytest

from tests import cast as story
from tests.counterparts import Ear, running
from tests.snapshots import snapshot
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.tests.counterparts import CarrierCounterpart
from tongban.platform.identity.models import Department
from tongban.platform.places import services as places

AREAS = {
    "source": "GB/T 2260",
    "valid_from": date(2020, 1, 1),
    "area": [{"code": "990100", "name": "云泽市"}, {"code": "990102", "name": "临湖区"}],
}
POSTER = Actor("staff", account=None, name="寄递员", grants=(Grant("delivery.post"),))
HOME = delivery.AddressLine("周文博", "13900000001", "990102", "柳岸街15号2单元301室")


@pytest.fixture
def cast(db):
    made = snapshot("cast", story.found)
    places.load(actor=SYSTEM, table=AREAS)
    return made


@pytest.fixture(scope="session")
def _ear():
    made = Ear(200, b'{"return_code": "0000", "code": "00000"}')
    yield made
    made.close()


@pytest.fixture(scope="session")
def _sf(tmp_path_factory, _ear):
    with running(CarrierCounterpart("sf", tmp_path_factory.mktemp("sf"), _ear.url)) as made:
        yield made


@pytest.fixture(scope="session")
def _ems(tmp_path_factory, _ear):
    with running(CarrierCounterpart("ems", tmp_path_factory.mktemp("ems"), _ear.url)) as made:
        yield made


@pytest.fixture
def ear(_ear):
    """What carriers tell."""
    _ear.forget()
    return _ear


@pytest.fixture
def sf(_sf, ear, settings):
    settings.DELIVERY_SF = str(_sf.account)
    settings.DELIVERY_SECONDS = 2.0
    _sf.faults()
    return _sf


@pytest.fixture
def ems(_ems, ear, settings):
    settings.DELIVERY_EMS = str(_ems.account)
    settings.DELIVERY_SECONDS = 2.0
    _ems.faults()
    return _ems


@pytest.fixture
def order(cast):
    def order(occasion="result", **more):
        said = {
            "subject": "matter:1",
            "occasion": occasion,
            "title": "食品经营许可证（纸质）",
            "matter": "990102-20260302-ABCDEFG",
            "department": Department.objects.get(key="market-regulation"),
            "area": "990102",
            "party": cast.people["company"],
            "service": "food-business",
        }
        return delivery.ParcelOrder(**{**said, **more})

    return order


@pytest.fixture
def placed(cast):
    """The agent chose where the company's matter is to be posted."""
    found = delivery.expect(
        subject="matter:1",
        party=cast.people["company"],
        service="food-business",
        title="食品经营许可证（纸质）",
        back="/cases/",
    )
    return delivery.choose(actor=cast.actor("agent"), destination=found, line=HOME)


@pytest.fixture
def parcel(order, placed):
    return delivery.request(actor=SYSTEM, order=order())


@pytest.fixture
def tell(client, ear):
    """Hand to the house what a carrier told: all of it, or only some; return the answers."""

    def tell(number=1, *, only=slice(None), altered=None):
        answers = []
        for path, headers, body in ear.wait(number)[only]:
            sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
            kind = headers.get("Content-Type", "application/json")
            content = altered(body) if altered else body
            answers.append(client.generic("POST", path, content, content_type=kind, **sent))
        ear.forget()
        jobs.run_all()
        return answers

    return tell
