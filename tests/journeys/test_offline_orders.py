"""A crew without a connection: an order is taken on and finished on the phone, and arrives with its own times."""

from datetime import datetime

import pytest
from playwright.sync_api import expect

from tongban.platform.workorders.tests.pictures import photo

SHOT = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": photo()}


@pytest.fixture
def number(visit) -> str:
    """An order that the fire brigade has to accept."""
    desk = visit("desktop", login="meng.lei")
    desk.go("/desk/workorders/raise/")
    desk.page.get_by_label("工单类别").select_option("check")
    desk.page.get_by_label("需要做什么？").fill("核查消火栓漏水")
    desk.page.get_by_label("地址").fill("柳岸街15号")
    desk.page.get_by_role("button", name="生成工单").click()
    desk.page.get_by_role("link", name="派遣", exact=True).click()
    desk.page.get_by_label("处置部门").select_option("fire-rescue")
    desk.page.get_by_role("button", name="派遣").click()
    found = desk.page.locator(".kicker").inner_text()
    return found.split(" · ")[0]


@pytest.mark.journey
def test_what_a_crew_does_without_a_connection_arrives_later_with_its_own_time(visit, number):
    crew = visit("phone", login="he.lan")
    crew.go("/crew/workorders/?turn=accept")
    crew.page.get_by_role("link", name="核查消火栓漏水").first.click()
    expect(crew.page.locator("[data-outdoors]")).to_be_attached()
    crew.page.wait_for_function("navigator.serviceWorker.controller !== null")
    crew.page.wait_for_function(
        "async (page) => !!(await (await caches.open('workorders-pages')).match(page))", arg=crew.page.url
    )

    crew.context.set_offline(True)
    crew.page.reload()
    expect(crew.page.get_by_text("当前没有网络")).to_be_visible()
    crew.page.get_by_role("button", name="接单").click()
    expect(crew.page.locator("[data-queue] li")).to_have_count(1)
    crew.page.get_by_label("处置后照片").first.set_input_files(SHOT)
    crew.page.get_by_label("处置情况").fill("阀门已紧固，不再渗水。")
    crew.page.get_by_label("纬度").fill("30.5731")
    crew.page.get_by_label("经度").fill("104.0672")
    crew.page.get_by_role("button", name="处置完成").click()
    expect(crew.page.locator("[data-queue] li")).to_have_count(2)
    left = datetime.now().astimezone()

    crew.context.set_offline(False)
    expect(crew.page.get_by_text("待核实")).to_be_visible()
    expect(crew.page.locator("[data-queue]")).to_be_hidden()
    expect(crew.page.get_by_text("离线操作").first).to_be_visible()
    told = crew.page.locator(".timeline time").last.get_attribute("datetime")
    assert datetime.fromisoformat(told) <= left
    # What a browser says of requests that found no connection is no fault of a script.
    crew.script_errors[:] = [said for said in crew.script_errors if "ERR_INTERNET_DISCONNECTED" not in said]
