"""Opening a noodle shop: a person registers the business; a venue opens at once on a commitment to its fire safety."""

from typing import Any

import pytest

from tests.cast import definition, elsewhere, example
from tests.journeys.conftest import Matter, Visit
from tests.journeys.test_other_endings import accept, of_oneself


@pytest.mark.journey
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_person_registers_a_business_and_gets_the_licence(visit: Visit, size: str):
    person = visit(size, login="lin.xiaoyun")
    person.go("/catalogue/guide/business-licence/")
    person.sees("个体工商户", "设定依据", "1个工作日")
    person.shoot("guide-business-licence")
    folder = definition("business-licence")
    answers = of_oneself("business-licence", business_name=f"云泽市临湖区晓云面馆（{size}）")

    matter = person.apply("business-licence", answers, {"premises-proof": folder / "premises-proof-sample.pdf"})
    accept(visit(size, login="chen.jing"), matter)
    registrar = visit(size, login="zhao.guoqing")
    registrar.go("/desk/workflow/")
    registrar.open_row(matter.number)
    registrar.page.check("input[name=granted][value=yes]")
    registrar.click("作出决定")
    registrar.click("作出“予以确认”的决定并发出")

    person.until(matter.page, "已办结")
    person.follow("营业执照", within=".panel--result")
    person.sees("晓云面馆", "林晓云", "餐饮服务")
    person.shoot("licence-business")


@pytest.mark.journey
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_venue_opens_at_once_on_its_commitment(visit: Visit, size: str):
    agent = visit(size, login="zhou.wenbo")
    agent.act_for("云泽市禾香餐饮有限公司")
    agent.go("/catalogue/guide/fire-check/")
    agent.sees("消防安全检查", "设定依据")
    agent.shoot("guide-fire-check")
    folder = definition("fire-check")
    answers: dict[str, Any] = elsewhere(example("fire-check")["answers"])

    agent.begin("fire-check")
    agent.answer_form(answers)
    for code in ("fire-rules", "floor-plan"):
        agent.upload(code, folder / f"{code}-sample.pdf")
    agent.click("继续")
    agent.sees("疏散通道、安全出口、消防车通道畅通")
    agent.page.check("input[name=committed]")
    agent.shoot("commitment")
    matter = Matter(uid=agent.case, number=agent.submit())

    agent.until(matter.page, "已办结")
    agent.sees("消防安全检查意见书")
    agent.shoot("fire-opinion")
