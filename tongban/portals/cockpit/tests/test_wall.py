"""The wall: what the officer on duty sees of alerts, orders and cases, and nothing of other offices."""

from datetime import timedelta

import pytest
from django.test import Client

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.sensing.tests import gauges
from tongban.platform.workorders import services as workorders

HERE = {"latitude": 30.5731, "longitude": 104.0672}


@pytest.fixture
def offices(db):
    codes.load_shipped()
    return {key: identity.put_department(actor=SYSTEM, key=key, name=key) for key in ("fire-rescue", "parks")}


def _officer(department: Department, *duties: str) -> Client:
    login = f"officer-{Account.objects.count()}"
    account = identity.open_account(actor=SYSTEM, login=login, name=login, kind="staff")
    role = identity.define_role(actor=SYSTEM, key=login, name=login, duties=duties)
    identity.appoint(actor=SYSTEM, account=account, department=department, role=role)
    session = SessionStore()
    session.begin(account, address="127.0.0.1", device="tests")
    session.save()
    client = Client()
    client.cookies["sessionid"] = session.session_key
    return client


@pytest.fixture
def flood(offices):
    """An open alert of a gauge."""
    gauges.rule(("red", gauges.HIGH))
    gauges.measure(gauges.level_of(gauges.gauge()), 3.4)


def _order(office: Department, title: str = "路面破损"):
    return workorders.raise_order(actor=SYSTEM, kind="check", title=title, dispatcher=office, **HERE)


def test_the_wall_shows_open_alerts_and_late_orders(offices, flood):
    with clock.at(clock.now() - timedelta(days=30)):
        _order(offices["fire-rescue"], "井盖缺失")
    officer = _officer(offices["fire-rescue"], "sensing.read", "workorders.dispatch")
    page = officer.get("/cockpit/").content.decode()
    assert "水位超警戒" in page
    assert "井盖缺失" in page
    assert "待受理办件" not in page  # not this officer's


def test_the_board_says_when_nothing_is_open(offices):
    page = _officer(offices["parks"], "sensing.read").get("/cockpit/board/").content.decode()
    assert "没有未解除的告警" in page
    assert "没有超期工单" in page
    assert "<html" not in page


def test_marks_lie_where_alerts_and_orders_are(offices, flood):
    _order(offices["fire-rescue"])
    officer = _officer(offices["fire-rescue"], "sensing.read", "workorders.dispatch")
    alert, order = officer.get("/cockpit/marks/").json()["marks"]
    assert (alert["tone"], alert["latitude"]) == ("red", 30.51)
    assert (order["tone"], order["latitude"]) == ("green", 30.5731)
    assert order["url"].startswith("/desk/workorders/")


def test_a_position_in_the_shifted_system_is_put_where_it_is(offices):
    shifted = {"latitude": 39.910227, "longitude": 116.403714, "crs": "GCJ02"}
    workorders.raise_order(actor=SYSTEM, kind="check", title="路面破损", dispatcher=offices["parks"], **shifted)
    officer = _officer(offices["parks"], "workorders.dispatch")
    (mark,) = officer.get("/cockpit/marks/").json()["marks"]
    assert (round(mark["latitude"], 3), round(mark["longitude"], 3)) == (39.909, 116.397)


def test_an_officer_sees_what_the_duty_reaches_only(offices, flood):
    _order(offices["fire-rescue"])
    stranger = _officer(offices["parks"], "sensing.read", "workorders.dispatch")
    assert stranger.get("/cockpit/marks/").json() == {"marks": []}


@pytest.mark.parametrize("address", ["/cockpit/", "/cockpit/board/", "/cockpit/marks/"])
def test_whoever_has_no_duty_there_is_refused(offices, address):
    assert Client().get(address).status_code == 302
    assert _officer(offices["parks"], "cases.read").get(address).status_code == 403
