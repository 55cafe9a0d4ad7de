"""异地代收代办: applied for at the window here, decided in another city, handed over here."""

import pytest

from tests.journeys.conftest import Matter, Visit, Visitor

ANSWERS = {"purpose": "job", "receiver": "云泽市青竹酒店管理有限公司"}


def take_in(clerk: Visitor, number: str) -> Matter:
    """Serve whoever has this identity number, and apply for them to the office of the other city."""
    clerk.go("/counter/parties/find/")
    clerk.page.fill("input[name=number]", number)
    clerk.page.fill("[name=purpose]", "申请人到窗口申请无犯罪记录证明")
    clerk.click("查询")
    clerk._lead_on(clerk.page.locator("main form.buttons button").first)
    clerk.go("/counter/cases/window/begin/no-criminal-record/")
    clerk.page.check("input[name=area][value='990200']")
    clerk.look("areas-1-choice")
    clerk.click("开始办理")
    clerk.answer_form(ANSWERS)
    if "/materials/" in clerk.page.url:
        clerk.click("继续")
    clerk.look("areas-2-review")
    uid = clerk.page.url.split("/window/")[1].split("/")[0]
    matter = Matter(uid=uid, number=clerk.submit())
    matter.query_code = clerk.page.locator(".confirmation .number").last.inner_text().strip()
    clerk.look("areas-3-taken-in")
    return matter


@pytest.mark.journey
def test_taken_in_here_decided_there_and_handed_over_here(visit: Visit) -> None:
    clerk = visit(login="chen.jing")
    matter = take_in(clerk, "990221199706051284")

    clerk.follow("移送岚川市公安局")
    clerk.look("areas-4-send")
    clerk.click("移送申请材料")
    clerk.sees("请先核验申请人身份", "请先核对材料原件")
    clerk.page.check("input[name=identity]")
    clerk.page.check("input[name=originals]")
    clerk.click("移送申请材料")

    there = visit(login="gu.lan")
    there.go("/counter/workflow/")
    there.open_row(matter.number)
    there.look("areas-5-sign")
    there.click("签收申请材料")
    there.open_row(matter.number)
    there.look("areas-6-accept")
    there.click("受理")
    there.click("确认受理并发出")

    reviewer = visit(login="jian.chuan")
    reviewer.go("/desk/workflow/")
    reviewer.open_row(matter.number)
    reviewer.page.check("input[name=passed][value=yes]")
    reviewer.page.fill("textarea[name=opinion]", "情况属实，符合条件。")
    reviewer.click("提交意见")
    approver = visit(login="wen.qiu")
    approver.go("/desk/workflow/")
    approver.open_row(matter.number)
    approver.page.check("input[name=granted][value=yes]")
    approver.page.fill("textarea[name=reason]", "符合条件，同意出具。")
    approver.click("作出决定")
    approver._lead_on(approver.page.locator("main button.button--decisive").first)

    clerk.until(f"/counter/cases/{matter.uid}/", "登记送达")
    clerk.sees("岚川市政务服务中心已签收", "岚川市公安局")
    clerk.look("areas-7-seen-here")
    clerk.follow("登记送达")
    clerk.page.check("input[name=how][value=window]")
    clerk.page.fill("input[name=receiver]", "杜明远")
    clerk.page.fill("input[name=code]", matter.query_code)
    clerk.click("登记送达")
    clerk.until(f"/counter/cases/{matter.uid}/", "送达回证")
    clerk.look("areas-8-handed-over")

    stranger = visit(login="zhao.guoqing")
    answer = stranger.go(f"/desk/cases/{matter.uid}/")
    assert answer is not None
    assert answer.status == 404
