"""SensorThings Tasking over the wire, with devices in a process of their own."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tongban.infrastructure.kernel import clock
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.adapters.tasking import SensorThingsTasking
from tongban.platform.actuation.ports import ControlOrder, DriverRefused, DriverSilent
from tongban.platform.actuation.tests.conftest import later
from tongban.platform.actuation.tests.devices import actuating

DRIVER = SensorThingsTasking()
ADDRESS = {"capability": 1, "actuator": 1}


@pytest.fixture(scope="module")
def devices(tmp_path_factory):
    yield from actuating(tmp_path_factory.mktemp("actuating"))


@pytest.fixture(autouse=True)
def account(devices, settings):
    settings.ACTUATION_TASKING = str(devices.account)
    settings.ACTUATION_TIMEOUT_SECONDS = 1
    devices.faults(time_out=0, refused=0, stuck=0)


def order(key, seconds=600):
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    return ControlOrder(key, ADDRESS, "cut", {"circuit": "B1"}, until)


def test_an_order_is_carried_out_once_reported_and_released(devices):
    asked = order("first")
    for _turn in range(2):
        DRIVER.execute(asked)
    report = DRIVER.report(asked)
    assert (report.state, report.order) == ({"supply": "off", "circuit": "B1"}, "first")
    assert devices.page().count("总配电柜：cut") == 1
    DRIVER.release(asked)
    assert DRIVER.report(asked).state["supply"] == "on"
    with pytest.raises(DriverRefused):
        DRIVER.execute(asked._replace(command="reset"))
    assert DRIVER.check() == []


def test_what_was_released_before_it_came_is_never_carried_out():
    DRIVER.release(order("second"))
    with pytest.raises(DriverRefused):
        DRIVER.execute(order("second"))
    assert DRIVER.report(order("second")).state["supply"] == "on"


def test_a_device_goes_back_by_itself_when_its_time_is_over():
    DRIVER.execute(order("third", seconds=-1))
    assert DRIVER.report(order("third")).state["supply"] == "on"


def test_a_lost_answer_is_silence_and_the_order_is_there(devices):
    devices.faults(time_out=1)
    with pytest.raises(DriverSilent):
        DRIVER.execute(order("fourth"))
    devices.faults(refused=1)
    with pytest.raises(DriverRefused, match="拒绝"):
        DRIVER.execute(order("fifth"))


def test_a_wrong_account_is_said(settings, tmp_path):
    settings.ACTUATION_TASKING = str(tmp_path / "nothing.json")
    assert len(DRIVER.check()) == 1
    (tmp_path / "wrong.json").write_text(json.dumps({"url": "http://127.0.0.1:9", "token": "x"}))
    settings.ACTUATION_TASKING = str(tmp_path / "wrong.json")
    assert len(DRIVER.check()) == 1


@pytest.mark.requirement("APP-R-06")
def test_power_of_a_building_is_cut_over_the_wire_and_comes_back(tower):
    device = tower.device
    device.driver, device.address = "tasking", ADDRESS
    device.save()
    with clock.at(datetime.now(UTC)):  # the device has a clock of its own
        asked = tower.approved(seconds=60)
        actuation.look_at_due()
        with later(1):
            actuation.look_at_due()
        found = tower.fresh(asked)
        assert (found.state, found.device.state) == ("active", {"supply": "off", "circuit": "B1"})
        with later(61):
            actuation.look_at_due()
    found = tower.fresh(asked)
    assert (found.state, found.device.state["supply"]) == ("released", "on")
