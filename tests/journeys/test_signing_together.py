"""Signed together and paid: occupying a street is agreed to by two departments in turn, costs something, and is
licensed once that is paid."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import FLOOR_PLAN, example
from tests.journeys.conftest import PHOTOS, Matter, Visit, Visitor, on_site
from tests.journeys.test_other_endings import accept

SERVICE = "street-occupation"
STEP = "依次会签"
OPINIONS = {"fang.lei": "占用事由成立，方案完整。", "jiang.tao": "不影响路口视距，同意。"}


@pytest.mark.journey
def test_two_departments_sign_in_turn_and_each_reads_how_it_stands(visit: Visit):
    agent = visit(login="zhou.wenbo")
    matter = ask(agent)
    accept(visit(login="chen.jing"), matter)
    first, second = (visit(login=login) for login in OPINIONS)
    second.go("/desk/workflow/")
    assert matter.number not in second.text(), "whoever signs later is asked later"

    look(first, matter, "已签 0 家，共 2 家", "尚未轮到")
    first.look("signing-first")
    sign(first, OPINIONS["fang.lei"])
    agent.until(matter.page, STEP)
    assert "已办结" not in agent.text()
    agent.look("signing-follow")

    look(second, matter, "已签 1 家，共 2 家", "方磊")
    second.look("signing-second")
    sign(second, OPINIONS["jiang.tao"])

    first.go("/crew/workflow/")
    first.open_row(matter.number)
    first.sees(*OPINIONS.values())
    first.look("signing-done")
    agent.go(matter.page)
    agent.sees("现场核查")
    agent.look("signing-follow-done")

    inspect(visit("phone", login="fang.lei"), matter)
    decide(visit(login="qin.yan"), matter)
    verify(visit("phone"), pay(agent, matter))


def ask(agent: Visitor) -> Matter:
    """Ask for a street of one's own, some days from now."""
    agent.act_for("云泽市禾香餐饮有限公司")
    today = timezone.localdate()
    answers: dict[str, Any] = example(SERVICE)["answers"] | {
        "street": "临湖区望湖路55号门前",
        "from_date": (today + timedelta(days=30)).isoformat(),
        "to_date": (today + timedelta(days=50)).isoformat(),
    }
    return agent.apply(SERVICE, answers, {"site-plan": FLOOR_PLAN, "safety-plan": FLOOR_PLAN})


def look(official: Visitor, matter: Matter, *texts: str) -> None:
    official.go("/desk/workflow/")
    official.open_row(matter.number)
    official.sees(STEP, *texts)


def sign(official: Visitor, opinion: str) -> None:
    official.page.check("input[name=passed][value=yes]")
    official.page.fill("textarea[name=opinion]", opinion)
    official.click("提交意见")


def inspect(inspector: Visitor, matter: Matter) -> None:
    inspector.go("/crew/workflow/")
    inspector.open_row(matter.number)
    inspector.page.set_input_files("#photos", PHOTOS)
    inspector.click("保存照片")
    on_site(inspector)
    inspector.page.fill("[name=latitude]", "30.572815")
    inspector.page.fill("[name=longitude]", "104.066801")
    inspector.page.check("input[name=passed][value=yes]")
    inspector.page.fill("textarea[name=opinion]", "现场不影响通行。")
    inspector.click("提交核查结论")


def decide(official: Visitor, matter: Matter) -> None:
    official.go("/desk/workflow/")
    official.open_row(matter.number)
    official.page.check("input[name=granted][value=yes]")
    official.click("作出决定")
    official.click("作出“准予许可”的决定并发出")


def pay(agent: Visitor, matter: Matter) -> str:
    """The licence comes after the fee, paid on Alipay's page, whose counterpart leads back. Return the paid bill."""
    agent.until(matter.page, "缴费 ¥")
    assert "已办结" not in agent.text()
    agent.look("paying-case")
    agent.follow("缴费 ¥")
    agent.look("paying-bill")
    agent.page.get_by_role("button", name="支付宝 · 在本机支付").click()
    agent.look("paying-channel")
    if agent.page.get_by_role("link", name="前往支付").count():
        agent.follow("前往支付")
    agent.page.get_by_role("button", name="确认付款").click()
    agent.page.get_by_role("link", name="返回商户页面").click()
    agent.page.wait_for_url(f"{agent.house.url}/**")
    if "/pay/" in agent.page.url:
        agent.click("我已付款，查询结果")
    agent.until(agent.page.url.removeprefix(agent.house.url), "打开票据")
    agent.sees("已缴")
    agent.look("paying-paid")
    bill = agent.text()
    agent.until(matter.page, "临时占用城市道路许可证")
    agent.look("paying-licensed")
    return bill


def verify(anyone: Visitor, bill: str) -> None:
    """Whoever has what is printed on the receipt learns that it is one."""
    found = re.search(r"(\d{8}) (\d{10})，\s*¥([\d.]+)\s*校验码 (\d{6})", bill)
    assert found, bill
    anyone.go("/payments/verify/")
    for name, value in zip(("code", "number", "amount", "check_code"), found.groups(), strict=True):
        anyone.page.fill(f"[name={name}]", value)
    anyone.click("查验")
    anyone.sees("云泽市城市管理局")
    anyone.look("paying-verified")
