"""Officers in the field: a checklist without a connection, a ticket that the law refuses, and one that it allows."""

import pytest
from playwright.sync_api import expect

from tests.running import House

# What the demonstration's city has behind it, which a house made for journeys has not.
WEEKS = """
from tongban.applications.inspection import demonstration
from tongban.city import history, services
from tongban.infrastructure.kernel import clock
with clock.at(history.beginning()):
    city = services.found_demo_city()
refused = history.write(demonstration.stories(city, 1))
assert not refused, refused
"""


@pytest.fixture
def _drawn(house: House) -> None:
    told = house.manage("shell", "-c", WEEKS)
    assert told.returncode == 0, told.stderr


@pytest.mark.journey
@pytest.mark.usefixtures("_drawn")
@pytest.mark.requirement("APP-R-08")
@pytest.mark.requirement("USR-06")
def test_officers_inspect_without_a_connection_and_decide_on_the_spot(visit):
    everybody = visit("phone")
    everybody.go("/inspection/draws/")
    everybody.page.get_by_role("link", name="本月餐饮服务食品安全双随机抽查").click()
    expect(everybody.page.get_by_text("名单、密钥、结果全部一致")).to_be_visible()

    crew = visit("phone", login="shi.cha")
    crew.go("/crew/inspection/")
    page = crew.page
    page.locator("a[data-keep]").last.click()
    expect(page.locator("[data-outdoors]")).to_be_attached()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_function(
        "async (page) => !!(await (await caches.open('workorders-pages')).match(page))", arg=page.url
    )

    crew.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("当前没有网络")).to_be_visible()
    items = page.locator("form[data-step] fieldset:has(input[name^='item-'])")
    for number in range(items.count()):
        items.nth(number).get_by_label("符合" if number else "不符合", exact=True).check()
    page.locator("input[name^='words-']").first.fill("货架商品没有标价签")
    page.get_by_label("发现问题，拟立案处理").check()
    page.get_by_label("被检查人签名").fill("店长")
    page.get_by_role("button", name="保存检查记录").click()
    expect(page.locator("[data-queue] li")).to_have_count(1)

    crew.context.set_offline(False)
    expect(page.get_by_text("记录不能修改")).to_be_visible()
    expect(page.locator("[data-queue]")).to_be_hidden()

    page.get_by_role("link", name="当场决定").click()
    page.get_by_label("违法行为").select_option("price-marking")
    page.get_by_label("裁量阶次").select_option("heavy")
    page.get_by_label("罚款金额（元）").fill("4000")
    page.get_by_role("button", name="开具处罚决定书").click()
    expect(page.get_by_text("第五十一条").first).to_be_visible()
    page.get_by_label("裁量阶次").select_option("light")
    page.get_by_label("罚款金额（元）").fill("300")
    page.get_by_role("button", name="开具处罚决定书").click()
    expect(page.get_by_text("当罚字").first).to_be_visible()
    # What a browser says of requests that found no connection is no fault of a script.
    crew.script_errors[:] = [said for said in crew.script_errors if "ERR_INTERNET_DISCONNECTED" not in said]
