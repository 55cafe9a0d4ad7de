"""What rests on the applicant's word: papers that follow later, a commitment that is checked afterwards, a renewal."""

import re

import pytest

from tests.cast import FLOOR_PLAN, elsewhere, example
from tests.journeys.conftest import PHOTOS, Matter, Visit, Visitor, on_site
from tests.journeys.test_other_endings import accept, give_opinion

COMPANY = "云泽市禾香餐饮有限公司"
# Whose word is broken here: nobody else of the journeys asks for anything on theirs.
HOTEL = "云泽市青竹酒店管理有限公司"
# What the house knows of the company by itself.
KNOWN = {"operator_name", "uscc", "legal_representative", "domicile"}
RENEWED = "JY29901000009003"


def answers(service: str) -> dict[str, object]:
    return elsewhere({name: value for name, value in example(service)["answers"].items() if name not in KNOWN})


def fill_in(agent: Visitor, service: str, *codes: str) -> None:
    """Answer everything and bring these papers, up to the last page."""
    agent.begin(service)
    agent.answer_form(answers(service))
    for code in codes:
        agent.upload(code, FLOOR_PLAN)
    if "/materials/" in agent.page.url:
        agent.click("继续")


def decide(official: Visitor, matter: Matter, *, granted: bool = True) -> None:
    official.go("/desk/workflow/")
    official.open_row(matter.number)
    official.page.check(f"input[name=granted][value={'yes' if granted else 'no'}]")
    official.page.fill("textarea[name=reason]", "符合条件，同意办理。")
    official.click("作出决定")
    with official.page.expect_navigation():
        official.page.locator("main").get_by_role("button", name=re.compile("^作出“")).click()


def inspect(inspector: Visitor, matter: Matter) -> None:
    inspector.go("/crew/workflow/")
    inspector.open_row(matter.number)
    on_site(inspector)
    inspector.page.set_input_files("#photos", PHOTOS)
    inspector.page.fill("[name=latitude]", "30.572815")
    inspector.page.fill("[name=longitude]", "104.066801")
    inspector.page.check("input[name=passed][value=yes]")
    inspector.page.fill("textarea[name=opinion]", "现场与材料一致。")
    inspector.click("提交核查结论")


def open_licence(agent: Visitor) -> None:
    card = agent.page.locator("main .card, main li").filter(has_text=RENEWED).first
    agent._lead_on(card.get_by_role("link").first)


@pytest.mark.journey
def test_what_is_promised_for_later_is_brought_before_the_decision(visit: Visit) -> None:
    agent = visit(login="zhou.wenbo")
    agent.act_for(COMPANY)
    fill_in(agent, "labour-dispatch", "premises-proof", "rules")
    agent.sees("拟与用工单位签订的劳务派遣协议样本")
    agent.look("deferral-1-review")
    agent.page.check("input[name=deferred]")
    matter = Matter(uid=agent.case, number=agent.submit())

    clerk = visit(login="chen.jing")
    clerk.go("/counter/workflow/")
    clerk.open_row(matter.number)
    clerk.sees("承诺")
    clerk.look("deferral-2-accept")
    accept(clerk, matter)
    agent.until(matter.page, "容缺受理通知书")
    agent.look("deferral-3-accepted")
    give_opinion(visit(login="xie.ning"), matter, passed=True, opinion="资料齐全，协议样本待补。")
    agent.go(matter.page)
    agent.follow("补齐容缺材料")
    agent.look("deferral-4-bring")
    agent.upload("agreement", FLOOR_PLAN)
    agent.look("deferral-5-brought")
    agent.click("确认已补齐")
    agent.sees("部门")
    inspect(visit("phone", login="tian.hui"), matter)
    decide(visit(login="ma.li"), matter)
    agent.until(matter.page, "已办结")
    agent.look("deferral-6-granted")


@pytest.mark.journey
def test_a_commitment_that_proves_false_ends_what_was_granted_on_it(visit: Visit) -> None:
    agent = visit(login="shen.yiming")
    agent.act_for(HOTEL)
    fill_in(agent, "fire-check", "fire-rules", "floor-plan")
    agent.look("commitment-1-review")
    agent.page.check("input[name=committed]")
    matter = Matter(uid=agent.case, number=agent.submit())
    agent.until(matter.page, "已办结")
    agent.look("commitment-2-granted")

    checker = visit(login="yan.qing")
    checker.go("/desk/workflow/")
    checker.open_row(matter.number)
    checker.look("commitment-3-check")
    checker.page.check("input[name=passed][value=no]")
    checker.page.fill("textarea[name=opinion]", "疏散通道被货架堵塞，与承诺不符。")
    checker.click("提交意见")
    checker.look("commitment-4-confirm")
    checker.click("确认撤销决定和证照")

    agent.until(matter.page, "已撤销")
    agent.sees("疏散通道被货架堵塞")
    assert not agent.page.locator("main .panel--result").count(), "what was revoked is no result any more"
    agent.look("commitment-5-revoked")
    agent.go("/licences/")
    agent.look("commitment-6-licences")
    fill_in(agent, "fire-check", "fire-rules", "floor-plan")
    assert not agent.page.locator("input[name=committed]").count(), "for a while nothing is granted on their word"
    agent.sees("此前的书面承诺经核查不实")
    agent.look("commitment-7-again")


@pytest.mark.journey
def test_a_licence_is_renewed_from_its_own_page_and_supervision_sees_it_under_way(visit: Visit) -> None:
    agent = visit(login="zhou.wenbo")
    agent.act_for(COMPANY)
    agent.go("/licences/")
    agent.look("renewal-1-mine")
    open_licence(agent)
    agent.look("renewal-2-licence")
    before = agent.text()
    agent.follow("延续")
    agent.look("renewal-3-begin")
    agent.click("开始办理")
    agent.answer_form(answers("food-business-renewal"))
    if "/materials/" in agent.page.url:
        agent.click("继续")
    agent.look("renewal-4-review")
    matter = Matter(uid=agent.case, number=agent.submit())
    accept(visit(login="chen.jing"), matter)

    leader = visit(login="lu.yuan")
    leader.go("/desk/oversight/supervision/lights/")
    leader.look("lights-1-board")
    row = leader.page.locator("main tr").filter(has_text="市场监督管理局")
    leader._lead_on(row.get_by_role("link").first)
    leader.sees(matter.number)
    leader.look("lights-2-list")
    leader.follow(matter.number)
    leader.sees("食品经营许可延续", COMPANY)
    leader.look("lights-3-case")

    give_opinion(visit(login="wu.zhiyuan"), matter, passed=True, opinion="经营条件没有变化。")
    decide(visit(login="zhao.guoqing"), matter)
    agent.until(matter.page, "已办结")
    agent.look("renewal-5-granted")
    agent.go("/licences/")
    agent.look("renewal-6-mine")
    open_licence(agent)
    agent.look("renewal-7-licence")
    assert agent.text() != before
