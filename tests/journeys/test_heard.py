"""A building that neighbours object to: published, looked at again within one branch, heard, and decided after that.

The house has a clock of its own here: the hearing is some days ahead.
"""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.cast import definition, elsewhere, example
from tests.journeys.conftest import PHOTOS, Matter, Visit, Visitor, on_site
from tests.journeys.test_other_endings import accept, give_opinion
from tests.running import House, days_ahead, prepared, running
from tongban.infrastructure.kernel import clock

SERVICE = "construction-planning-permit"
COMPANY = "云泽市禾香餐饮有限公司"
KNOWN = {"operator_name", "uscc", "legal_representative", "domicile"}
OBJECTION = "新楼比现状高出十米，冬天我家一楼见不到太阳。"
ANSWER = "日照分析显示大寒日不少于二小时；已要求建设单位复测。"


@pytest.mark.journey
def test_neighbours_object_a_branch_is_done_again_and_the_applicant_is_heard(
    visit_at: Callable[..., Visitor], tmp_path: Path
) -> None:
    folder = prepared(tmp_path)
    with running(folder) as house:
        visit = opener(visit_at, house)
        matter = apply(visit(login="zhou.wenbo"))
        accept(visit(login="chen.jing"), matter)
        object_to_it(visit(), matter)
        do_a_branch_again(visit, matter)
        day = hear(visit, matter)
    with running(folder, **days_ahead((day - clock.today()).days + 1)) as later:
        decide(opener(visit_at, later), matter)


def opener(visit_at: Callable[..., Visitor], house: House) -> Visit:
    return lambda size="desktop", **how: visit_at(house, size, **how)


def apply(agent: Visitor) -> Matter:
    agent.act_for(COMPANY)
    answers = {name: value for name, value in example(SERVICE)["answers"].items() if name not in KNOWN}
    paper = definition(SERVICE)
    files = {code: paper / f"{code}-sample.pdf" for code in ("construction-land-planning-permit", "design-scheme")}
    return agent.apply(SERVICE, elsewhere(answers), files)


def object_to_it(stranger: Visitor, matter: Matter) -> None:
    """Somebody who is not signed in finds what is published, and says what it does to them."""
    stranger.go("/cases/public/")
    stranger.look("public-1-list")
    stranger.page.fill("input[name=q]", matter.number)
    stranger.click("查询")
    stranger.follow("建设工程规划许可")
    stranger.look("public-2-published")
    stranger.page.fill("[name=name]", "秦大妈")
    stranger.page.fill("[name=contact]", "0990-5550001")
    stranger.click("提交异议")
    assert stranger.page.locator("main .errors").count() == 1, "an objection says something"
    stranger.page.fill("[name=text]", OBJECTION)
    stranger.click("提交异议")
    stranger.sees("异议已")
    stranger.look("public-3-objected")


def inspect(inspector: Visitor, matter: Matter, opinion: str, name: str = "") -> None:
    inspector.go("/crew/workflow/")
    inspector.open_row(matter.number)
    if name:
        inspector.look(name)
    on_site(inspector)
    inspector.page.set_input_files("#photos", PHOTOS)
    inspector.page.fill("[name=latitude]", "30.572815")
    inspector.page.fill("[name=longitude]", "104.066801")
    inspector.page.check("input[name=passed][value=yes]")
    inspector.page.fill("textarea[name=opinion]", opinion)
    inspector.click("提交核查结论")


def pair(inspector: Visitor, colleague: Visitor, matter: Matter) -> None:
    """Two officers visit the site: the one names the other, who confirms."""
    inspector.go("/crew/workflow/")
    inspector.open_row(matter.number)
    inspector.follow("其他处理方式")
    inspector.page.select_option("[name=second-to]", label="单琪")
    inspector.click("指定第二名人员")
    inspector.look("pair-1-named")
    colleague.go("/crew/workflow/")
    colleague.open_row(matter.number)
    colleague.follow("其他处理方式")
    colleague.look("pair-2-ways")
    colleague.click("确认共同办理")
    colleague.look("pair-3-confirmed")


def do_a_branch_again(visit: Visit, matter: Matter) -> None:
    """The planner sends it back within the own branch, while the other branch goes on and its opinion stands."""
    inspector, second = visit("phone", login="xia.chuan"), visit("phone", login="shan.qi")
    pair(inspector, second, matter)
    inspect(inspector, matter, "用地现状与图一致。")
    shelter = visit(login="wei.gang")
    give_opinion(shelter, matter, passed=True, opinion="防空地下室面积符合规定。")
    planner = visit(login="shan.qi")
    planner.go("/desk/workflow/")
    planner.open_row(matter.number)
    planner.look("back-1-task")
    planner.follow("其他处理方式")
    planner.look("back-2-ways")
    planner.page.locator("main label", has_text="现场踏勘").locator("input").check()
    planner.page.fill("[name=back-reason]", "北侧住宅的首层标高没有测，请补测。")
    planner.click("退回")
    planner.look("back-3-sent")
    pair(inspector, second, matter)
    inspect(inspector, matter, "已补测，首层标高高出设计地面零点六米。", "back-4-again")
    give_opinion(planner, matter, passed=True, opinion="日照符合规划条件。")


def hear(visit: Visit, matter: Matter) -> date:
    """Nothing is decided before the objection is answered and the applicant was heard. Return the day of it."""
    approver = visit(login="gu.ping")
    approver.go("/desk/workflow/")
    approver.open_row(matter.number)
    approver.look("hearing-1-task")
    approver.follow("其他办理操作")
    approver.sees(OBJECTION, "秦大妈")
    approver.look("hearing-2-further")
    panel = "section:has(#concern-answer)"
    approver.page.fill("[name=concern-answer-reason]", ANSWER)
    approver.click("提交答复", within=panel)
    stranger = visit()
    stranger.go(f"/cases/public/?q={matter.number}")
    stranger.follow("建设工程规划许可")
    stranger.sees(OBJECTION, ANSWER)
    assert "秦大妈" not in stranger.text()
    stranger.look("public-4-answered")

    further = f"/desk/cases/{matter.uid}/further/"
    approver.go(further)
    approver.page.fill("[name=offer-reason]", "相邻住户对日照有异议，决定前请您陈述意见。")
    approver.click("送出告知书")
    agent = visit(login="zhou.wenbo")
    agent.act_for(COMPANY)
    agent.until(matter.page, "听证权利告知书")
    agent.look("hearing-3-told")
    agent.go(f"{matter.page}hearing/")
    agent.look("hearing-4-answer")
    agent.page.check("input[name=wanted][value=yes]")
    agent.page.fill("[name=reason]", "希望当面说明设计方案。")
    agent.click("提交答复")
    agent.look("hearing-5-asked")

    approver.go(further)
    approver.page.fill("[name=call-day]", clock.today().isoformat())
    approver.page.fill("[name=call-time]", "9:30")
    approver.page.fill("[name=call-where]", "市政务服务中心三楼听证室")
    approver.page.fill("[name=call-host]", "单琪")
    approver.click("送出通知书")
    approver.look("hearing-6-too-early")
    first = re.search(r"(\d{4})年(\d+)月(\d+)日", approver.page.locator("main .errors").inner_text())
    assert first, approver.text()
    day = date(*map(int, first.groups()))
    approver.page.fill("[name=call-day]", day.isoformat())
    approver.click("送出通知书")
    approver.sees("单琪")
    approver.page.fill("[name=call-host]", "程听")
    approver.click("送出通知书")
    approver.go(further)
    approver.look("hearing-7-called")
    agent.until(matter.page, "听证通知书")
    agent.look("hearing-8-invited")
    return day


def decide(visit: Visit, matter: Matter) -> None:
    """On the day and after it: the record, the decision on the basis of it, what both sides and everybody read."""
    approver = visit(login="gu.ping")
    approver.go(f"/desk/cases/{matter.uid}/further/")
    approver.page.fill("[name=record-record]", "建设单位说明了方案，住户代表发表了意见，双方核对后签字。")
    approver.look("hearing-9-record")
    approver.click("保存笔录并恢复计算期限")
    approver.go("/desk/workflow/")
    approver.open_row(matter.number)
    approver.page.check("input[name=granted][value=yes]")
    approver.page.fill("textarea[name=reason]", "符合规划条件，异议已答复，准予许可。")
    approver.click("作出决定")
    approver.look("hearing-10-confirm")
    with approver.page.expect_navigation():
        approver.page.locator("main").get_by_role("button", name=re.compile("^作出“")).click()
    agent = visit(login="zhou.wenbo")
    agent.act_for(COMPANY)
    agent.until(matter.page, "已办结")
    agent.sees("听证笔录", "听证通知书")
    agent.look("hearing-11-granted")
    expect(agent.page.locator(".panel--result")).to_have_count(1)
