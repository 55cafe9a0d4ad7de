"""The city senses and acts: a logger speaks HJ 212, an alert sends a crew, the office verifies, the wall is quiet."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor
from tests.journeys.test_offline_orders import SHOT

ALERT = "青石电镀园区车间排口 化学需氧量超标"


def on_the_wall(office: Visitor) -> str:
    """Return how many orders the duty officer's wall counts."""
    office.go("/cockpit/")
    return office.page.locator("dt", has_text="在办工单").locator("xpath=following-sibling::dd").inner_text()


@pytest.mark.journey
@pytest.mark.requirement("INF-02")
def test_a_gauge_an_alert_a_crew_a_verdict_and_the_wall(visit):
    """Monitored by loggers in a process of their own, brought together, judged by rules, answered by people."""
    office = visit("desktop", login="shui.qing")
    office.until("/desk/workflow/", ALERT)
    office.open_row(ALERT)
    office.page.get_by_text("派人现场核查", exact=True).click()
    office.page.get_by_label("由哪个部门到现场？").select_option("environment-enforcement")
    office.page.get_by_label("需要核查什么？").fill("查看曝气池和在线监测站房。")
    office.click("派往现场")
    office.look("exceedance-crew")
    number = office.page.locator("main a[href*='/desk/workorders/']").first.inner_text()
    page = office.page.url
    assert on_the_wall(office) == "1"

    crew = visit("phone", login="xun.lan")
    crew.until("/crew/workorders/?turn=accept", number)
    crew.page.locator("main article, main li, main tr").filter(has_text=number).get_by_role("link").first.click()
    crew.click("接单")
    crew.page.get_by_label("处置后照片").first.set_input_files(SHOT)
    crew.page.get_by_label("处置情况").fill("2号风机停运，已通知企业检修并减产。")
    crew.page.get_by_label("纬度").fill("30.5705")
    crew.page.get_by_label("经度").fill("104.1334")
    crew.page.get_by_role("button", name="处置完成").click()
    expect(crew.page.get_by_text("待核实").first).to_be_visible()

    office.page.goto(page)
    office.sees("待核实")
    office.page.get_by_role("link", name=number).click()
    office.follow("核实结案")
    office.click("核实结案")
    office.page.goto(page)
    office.page.locator("textarea[name=found]").fill("2号风机停运所致，已检修并恢复。")
    office.click("办结超标处置")
    assert on_the_wall(office) == "0"
    office.look("cockpit-quiet")
