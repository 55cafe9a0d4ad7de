"""Public safety: a camera everybody can read about, video by leave of somebody else, a patrol without a connection."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

CAMERA = "南门广场北侧"


def registered(desk) -> None:
    """Register a camera with purpose, basis and sign, and find it in the hall."""
    today = timezone.localdate()
    desk.go("/desk/safecity/cameras/new/")
    fields = {
        "number": "YZ-AF-9001",
        "name": CAMERA,
        "address": "临湖区南门街1号",
        "latitude": "30.2511",
        "longitude": "118.3401",
        "operator": "云泽市公安局",
        "purpose": "集市秩序和治安防范",
        "legal_basis": "《公共安全视频图像信息系统管理条例》",
        "sign": "公共区域　视频监控",
        "sign_seen_on": today.isoformat(),
        "retention_days": "30",
        "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(days=300)).isoformat(),
        "video": "https://video.example/hls/9001.m3u8",
    }
    desk.page.get_by_label("责任部门").select_option("public-security")
    for name, value in fields.items():
        desk.page.locator(f"[name={name}]").fill(value)
    desk.page.get_by_role("button", name="保存").click()
    expect(desk.page.get_by_role("heading", name=CAMERA)).to_be_visible()


@pytest.mark.journey
def test_a_camera_is_public_and_its_video_needs_somebody_elses_leave(visit):
    lead, watch, anybody = visit("desktop", login="shou.zheng"), visit("desktop", login="an.ning"), visit("phone")
    registered(lead)
    anybody.go("/safecity/")
    anybody.page.get_by_role("link", name=CAMERA).click()
    expect(anybody.page.get_by_text("集市秩序和治安防范")).to_be_visible()
    anybody.page.get_by_label("您的问题").fill("这台摄像机的录像保存多久，谁可以查看？")
    anybody.page.get_by_role("button", name="提交问题").click()
    expect(anybody.page.get_by_text("查询码")).to_be_visible()

    watch.go("/desk/safecity/cameras/")
    watch.page.get_by_role("link", name=CAMERA).click()
    watch.page.get_by_role("link", name="申请调看视频").click()
    watch.page.get_by_label("警情、案件或告警编号").fill("警情20260001")
    watch.page.get_by_label("调看目的").fill("核实走失老人去向")
    watch.page.get_by_role("button", name="提交申请").click()
    expect(watch.page.get_by_text("由他人审批")).to_be_visible()

    lead.go("/desk/safecity/video/?show=decide")
    lead.page.get_by_role("link", name=CAMERA).first.click()
    lead.page.get_by_label("批准", exact=True).check()
    lead.page.get_by_role("button", name="提交审批意见").click()

    watch.page.reload()
    watch.page.get_by_role("button", name="打开视频").click()
    expect(watch.page.locator("video")).to_have_attribute("src", "https://video.example/hls/9001.m3u8")
    answer = watch.page.request.get(watch.page.url)
    assert answer.status == 404  # the address works once
    lead.go("/desk/safecity/video/looks/")
    expect(lead.page.get_by_text("核实走失老人去向").first).to_be_visible()
    # The invented address answers nobody, and the browser says so.
    watch.script_errors.clear()


@pytest.mark.journey
def test_a_patrol_without_a_connection_arrives_later_with_its_own_time(visit):
    lead = visit("desktop", login="shou.zheng")
    lead.go("/desk/safecity/routes/new/")
    lead.page.get_by_label("路线名称").fill("南门试巡线")
    lead.page.get_by_label("责任部门").select_option("public-security")
    lead.page.get_by_label("点位").fill("南门，30.2508，118.3402，00:00，23:59")
    lead.page.get_by_role("button", name="保存路线").click()
    code = lead.page.locator("ol .number").first.inner_text()
    lead.page.get_by_role("link", name="编排班次").click()
    lead.page.get_by_label("巡逻人员").select_option("xun.ye")
    lead.page.get_by_label("日期").fill(timezone.localdate().isoformat())
    lead.page.get_by_label("班次开始时间").fill("00:00")
    lead.page.get_by_role("button", name="保存班次").click()
    expect(lead.page.get_by_text("未打卡").first).to_be_visible()

    crew = visit("phone", login="xun.ye")
    crew.go("/crew/safecity/")
    crew.page.get_by_role("link", name="南门试巡线").click()
    crew.page.wait_for_function("navigator.serviceWorker.controller !== null")
    kept = "async (page) => !!(await (await caches.open('workorders-pages')).match(page))"
    crew.page.wait_for_function(kept, arg=crew.page.url)
    crew.context.set_offline(True)
    crew.page.reload()
    expect(crew.page.get_by_text("当前没有网络")).to_be_visible()
    crew.page.get_by_label("点位码").fill(code)
    crew.page.get_by_role("button", name="打卡", exact=True).click()
    expect(crew.page.locator("[data-queue] li")).to_have_count(1)

    crew.context.set_offline(False)
    expect(crew.page.get_by_text("已打卡")).to_be_visible()
    lead.page.reload()
    expect(lead.page.get_by_text("扫点位码").first).to_be_visible()
    # What a browser says of requests that found no connection is no fault of a script.
    crew.script_errors[:] = [said for said in crew.script_errors if "ERR_INTERNET_DISCONNECTED" not in said]
