"""What the desk shows before anything is decided: a zone from its form to the start page, a deputy, another city."""

from datetime import timedelta

import pytest

from tests.journeys.conftest import Visit
from tongban.infrastructure.kernel import clock

ZONE = "台风灾后恢复专区"


@pytest.mark.journey
def test_a_zone_is_made_at_the_desk_and_stands_on_the_start_page(visit: Visit) -> None:
    maker = visit(login="sun.yue")
    maker.go("/desk/bundles/zones/new/")
    maker.look("zone-1-new")
    maker.click("保存并预览")
    maker.sees("请至少选择一个事项")
    maker.look("zone-2-missing")
    maker.page.fill("[name=name]", ZONE)
    maker.page.fill("[name=notice]", "受灾的个人和商户可以在这里一次找到要办的事，至本月底。")
    maker.page.select_option("[name=department]", index=1)
    maker.page.fill("[name=last_day]", (clock.today() + timedelta(days=3)).isoformat())
    for entry in ("bundle:open-restaurant", "service:temporary-relief"):
        maker.page.check(f"[name=entries][value='{entry}']")
    maker.click("保存并预览")
    maker.look("zone-3-draft")
    maker.click("发布")
    stranger = visit()
    stranger.until("/", ZONE)
    stranger.sees("高效办成一件事", "一次申请")
    assert "几个事项，一次申请" not in stranger.text()
    stranger.look("zone-4-start")
    stranger.follow(ZONE)
    stranger.look("zone-5-people")


@pytest.mark.journey
def test_a_deputy_is_chosen_by_what_they_do(visit: Visit) -> None:
    official = visit(login="wu.zhiyuan")
    official.go("/desk/identity/deputy/")
    offered = official.page.locator("[name=delegation-to]")
    groups = offered.locator("optgroup").evaluate_all("groups => groups.map(group => group.label)")
    assert groups[0] == "岗位相同"
    assert "任洁" in offered.locator("optgroup").first.inner_text()
    official.look("deputy")


@pytest.mark.journey
def test_officials_of_another_city_read_its_name_at_the_head(visit: Visit) -> None:
    there, here = visit(login="gu.lan"), visit(login="chen.jing")
    assert "岚川市" in there.page.inner_text("header .brand")
    assert "云泽市" in here.page.inner_text("header .brand")
    there.look("another-city")
