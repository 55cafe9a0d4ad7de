"""Signed together: occupying a street is agreed to by two departments, one after the other."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import FLOOR_PLAN, example
from tests.journeys.conftest import Matter, Visit, Visitor
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
