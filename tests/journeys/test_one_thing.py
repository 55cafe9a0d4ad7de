"""One thing, once: somebody opens a restaurant, hands everything in together, and receives all results together."""

import re
from typing import Any

import pytest

from tests.cast import FLOOR_PLAN, RULES, elsewhere, example
from tests.journeys.conftest import Matter, Visit, Visitor
from tests.journeys.test_main_job import inspect
from tests.journeys.test_other_endings import accept, give_opinion

BUNDLE = "我要开餐馆"
COMPANY = "云泽市禾香餐饮有限公司"
# Somebody who has the business licence already, in a small place, with a sign: what waits for nothing.
SITUATION = {"who": "licensed", "large": False, "more": False, "sign": True}
# The city's departments that have a part in it: who reviews, whether somebody looks on site, who decides.
OFFICES = {"食品经营许可": ("wu.zhiyuan", "he.lan", "zhao.guoqing"), "店招": ("fang.lei", "", "qin.yan")}


def answers() -> dict[str, Any]:
    """Return what the merged form may ask: questions of all under their own name, those of one item under its."""
    food, sign = elsewhere(example("food-business")["answers"]), example("shop-sign-filing")["answers"]
    only = {f"food_{name}": value for name, value in food.items()} | {
        f"sign_{name}": value for name, value in sign.items()
    }
    return only | sign | food


@pytest.mark.journey
@pytest.mark.requirement("APP-S-16", "APP-S-18")
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_several_departments_are_asked_at_once_and_answer_together(visit: Visit, size: str):
    agent = visit(size)

    ask_what_applies(agent)
    fill_in(agent)
    bring_materials(agent)
    matters = hand_in(agent)
    clerk = visit(size, login="chen.jing")
    answer_every_office_at_once(agent, clerk, matters)
    for service, matter in matters.items():
        accept(clerk, matter)
        decide(visit, size, matter, *OFFICES[service])
    receive_everything(agent)


def ask_what_applies(agent: Visitor) -> None:
    """Whoever is not signed in answers the questions and reads what they need and why; then they sign in."""
    agent.go("/bundles/")
    agent.fits()
    agent.shoot("bundles")
    agent.follow(BUNDLE)
    agent._answer(SITUATION)
    agent.fits()
    agent.shoot("bundle-questions")
    agent.click("看看要办哪些")
    agent.sees("要办2个事项", "食品经营许可", "不用办的事项", "营业执照")
    agent.fits()
    agent.shoot("bundle-which")
    which = agent.page.url.removeprefix(agent.house.url)
    agent.follow("登录后一起申请")
    agent.sign_in("zhou.wenbo")
    agent.sees("要办2个事项")
    agent.act_for(COMPANY)
    agent.go(which)
    agent.click("一起申请")


def fill_in(agent: Visitor) -> None:
    """One form asks once what several departments want to know; what is strange is confirmed."""
    known = answers()
    for _step in range(15):
        agent.fits()
        if "/fill/" in agent.page.url:
            agent.shoot(f"bundle-form-{agent.page.url.split('/')[-2]}")
            here = agent.page.url
            agent.answer_step(known)
            assert agent.page.url != here, agent.page.locator("main .errors").all_inner_texts() or agent.text()
        elif "/confirm/" in agent.page.url:
            agent.click("确认无误，继续")
        else:
            return
    raise AssertionError(f"the form does not end: {agent.page.url}")


def bring_materials(agent: Visitor) -> None:
    """The business licence is fetched once for both; each paper is brought once."""
    assert "/materials/" in agent.page.url
    assert not agent.page.locator("#material-business-licence input[type=file]").count()
    wanted = agent.page.locator("main .material").filter(has=agent.page.locator("input[type=file]"))
    needed = wanted.filter(has=agent.page.get_by_text("必要", exact=True))
    codes = needed.evaluate_all("lines => lines.map(line => line.dataset.material)")
    assert {code.partition("-")[0] for code in codes} == {"food", "sign"}
    for code in codes:
        agent.upload(code, FLOOR_PLAN)
    agent.fits()
    agent.shoot("bundle-materials")
    agent.click("继续")


def hand_in(agent: Visitor) -> dict[str, Matter]:
    """Everything once more on one page, handed in once; each department has its own case."""
    agent.sees(COMPANY)
    agent.fits()
    agent.shoot("bundle-review")
    agent.page.check("input[name=declared]")
    agent.click("全部提交")
    agent.sees(BUNDLE, "已全部提交", "自首个事项受理起计算")
    agent.fits()
    agent.shoot("bundle-follow")
    matters = {}
    for service in OFFICES:
        card = agent.page.locator("main .items .card").filter(has_text=service).first
        found = re.search(r"/cases/(\w+)/", str(card.get_by_role("link").first.get_attribute("href")))
        assert found
        matters[service] = Matter(uid=found[1], number=card.locator(".number").inner_text().strip())
    return matters


def answer_every_office_at_once(agent: Visitor, clerk: Visitor, matters: dict[str, Matter]) -> None:
    """What several offices ask for stands on one page, and is answered once."""
    whole = agent.page.url.removeprefix(agent.house.url)
    for (service, matter), paper in zip(matters.items(), ("floor-plan", "design"), strict=True):
        clerk.go("/counter/workflow/")
        clerk.open_row(matter.number)
        clerk.page.locator("summary", has_text="一次性告知补正").click()
        clerk.page.fill(f"[name='point-{paper}']", f"{service}的图看不清。")
        clerk.click("发出补正告知书")
        clerk.click("确认发出补正告知书")
    agent.until(whole, "店招的图看不清。")
    agent.fits()
    agent.shoot("bundle-asked")
    agent.follow("在一页里统一补正")
    agent.sees(*(f"{service}的图看不清。" for service in OFFICES))
    for code in ("food-floor-plan", "sign-design"):
        agent.upload(code, RULES)
    agent.fits()
    agent.shoot("bundle-supplement")
    agent.click("提交补正")
    agent.sees(BUNDLE)
    assert "看不清" not in agent.text()


def decide(visit: Visit, size: str, matter: Matter, reviewer: str, inspector: str, approver: str) -> None:
    give_opinion(visit(size, login=reviewer), matter, passed=True, opinion="符合要求。")
    if inspector:
        inspect(visit("phone", login=inspector), matter)
    official = visit(size, login=approver)
    official.go("/desk/workflow/")
    official.open_row(matter.number)
    official.page.check("input[name=granted][value=yes]")
    official.click("作出决定")
    with official.page.expect_navigation():
        official.page.locator("main").get_by_role("button", name=re.compile("^作出“")).click()


def receive_everything(agent: Visitor) -> None:
    """Nothing is handed over before all is decided; then all results lie on one page, to be opened."""
    agent.go("/bundles/mine/")
    agent.fits()
    agent.shoot("bundle-mine")
    agent.follow(BUNDLE)
    agent.until(agent.page.url.removeprefix(agent.house.url), "全部结果已出")
    agent.fits()
    agent.shoot("bundle-done")
    agent.follow("统一领取结果")
    agent.sees("食品经营许可证", "统一送达")
    assert agent.page.locator("main .panel--result").count() == len(OFFICES)
    agent.fits()
    agent.shoot("bundle-results")
    agent.follow("食品经营许可证")
    agent.sees(COMPANY)
