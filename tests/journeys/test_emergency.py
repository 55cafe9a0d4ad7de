"""A fire panel reports smoke: the alarm is confirmed, power is cut, units go, people are warned, the report is written.

The gateway is a process of its own; the panel speaks GB/T 26875.3 to it over the wire. The devices are those of the
demonstration, which switch nothing.
"""

import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit, Visitor
from tests.laws.house import ROOT
from tests.running import House, free_port
from tongban.applications.emergency.adapters import panel
from tongban.applications.emergency.rules import gb26875

PANEL = tomllib.loads(panel.DATA.read_text())["panel"][0]
BUILDING = PANEL["building"]


@contextmanager
def gateway(house: House) -> Iterator[int]:
    """Listen to panels on behalf of the house; give the port."""
    port = free_port()
    command = [sys.executable, "manage.py", "gb26875", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=house.environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"GB/T 26875.3" in process.stdout.readline()
        try:
            yield port
        finally:
            process.terminate()


def report(port: int, number: int, found: list[gb26875.FireObject]) -> None:
    """Let the panel say something; it is confirmed."""
    answer = panel.exchanged(port, panel.packet(PANEL["address"], number, found, datetime.now(UTC)))
    assert (answer.number, answer.command) == (number, gb26875.CONFIRM)


def smoke(component: int) -> gb26875.FireObject:
    return gb26875.FireObject(1, 1, panel.SMOKE, component, panel.STATES["fire"], "", None)


@pytest.mark.journey
@pytest.mark.requirement("APP-X-12")
def test_from_a_fire_alarm_to_the_closing_report(visit: Visit, house: House):
    lead = visit("desktop", login="zhi.hui")
    with gateway(house) as port:
        detectors = [one["component"] for one in PANEL["detector"]][-2:]
        number = int(time.time()) % 60_000
        report(port, number, [panel.lift(one["component"]) for one in PANEL["lift"]])
        report(port, number + 1, [smoke(component) for component in detectors])
        lead.until("/desk/emergency/", BUILDING)
        incident = lead.page.locator("main tr", has_text=BUILDING).first
        page = incident.get_by_role("link").first.get_attribute("href") or ""
        lead.go(page)
        lead.sees("火灾", "设备告警", "预案行动", "第1阶段")
        lead.look("emergency-alarm")
        report(port, number + 2, [panel.lift(one["component"]) for one in PANEL["lift"]])
        lead.follow("确认警情")
        lead.page.fill("textarea[name=words]", "视频可见明火。")
        lead.click("确认警情")
        lead.until(page, "总配电柜")
        approve_power_cut(visit("desktop", login="lian.kong"), lead, page)
    send_units(lead, page)
    warn(lead, visit("phone"), page)
    close(lead, page)


def approve_power_cut(approver: Visitor, lead: Visitor, page: str) -> None:
    """Another human approves; the device of the demonstration says that it is off."""
    approver.go(page)
    approver.follow("总配电柜")
    approver.look("emergency-power")
    approver.follow("批准")
    approver.page.locator("main form button[type=submit]").first.click()
    approver.page.wait_for_load_state()
    lead.until(page, "已执行，设备已反馈")
    lead.look("emergency-led")


def send_units(lead: Visitor, page: str) -> None:
    """The nearest two are sent by road and arrive."""
    lead.follow("派出力量")
    lead.sees("沿路")
    lead.look("emergency-dispatch")
    for box in range(2):
        lead.page.locator("main input[name=units]").nth(box).check()
    lead.click("派出所选力量")
    for _unit in range(2):
        lead.page.locator("main button[name=step][value=arrive]").first.click()
        expect(lead.page.locator("h1")).to_be_visible()
    lead.go(page)
    lead.sees("处置中", "现场处置")


def warn(lead: Visitor, anyone: Visitor, page: str) -> None:
    """A warning is written and published; everybody reads it, as a page and as CAP."""
    lead.follow("编制预警")
    lead.page.locator("input[name=colour][value=orange]").check()
    headline = f"{BUILDING}火灾橙色预警"
    lead.page.fill("input[name=headline]", headline)
    lead.page.fill("textarea[name=description]", "浓烟向东扩散。")
    lead.page.fill("textarea[name=instruction]", "请关闭门窗，避开周边道路。")
    lead.click("编制预警")
    lead.click("发布预警")
    lead.sees("生效中", "CAP 1.2报文")
    lead.look("emergency-warning")
    anyone.go("/emergency/")
    anyone.sees(headline, "请关闭门窗")
    anyone.look("emergency-in-force")
    assert headline in anyone.fetch("/cap/feed").decode()
    lead.go(page)


def close(lead: Visitor, page: str) -> None:
    """Everything is settled, the units come home, the report is written and read."""
    lead.follow("事态受控")
    lead.page.fill("textarea[name=words]", "明火已扑灭。")
    lead.click("事态受控")
    while lead.page.locator("main button[name=step][value=release]").count():
        lead.page.locator("main button[name=step][value=release]").first.click()
        expect(lead.page.locator("h1")).to_be_visible()
        lead.go(page)
    lead.follow("结案")
    lead.page.fill("textarea[name=report]", "三层餐饮区起火，断电后扑灭，无人员伤亡。建议增设厨房自动灭火装置。")
    lead.click("结案")
    lead.follow("结案报告")
    lead.sees("无人员伤亡", "到场", "处置日志")
    lead.look("emergency-report")
    lead.go("/desk/emergency/figures/")
    lead.sees("火灾")
    lead.look("emergency-figures")
