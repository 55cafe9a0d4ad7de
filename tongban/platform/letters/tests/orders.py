"""A letter that anything might owe."""

from dataclasses import replace
from typing import Any

from tongban.platform.identity.models import Department
from tongban.platform.letters import services as letters
from tongban.platform.parties.models import Party

SUBJECT, OCCASION = "matter:1", "answer:1"
TEMPLATE = """# 答复意见书
^ {{ number }}

= {{ asked }}：

您反映的情况已经核实。{{ answer }}

> {{ office }}
> {{ date }}
"""


def notice(*, owner: Party, department: Department, **changes: Any) -> letters.LetterOrder:
    number = letters.number(mark="复", year=2026, serial="7F3K2QX")
    order = letters.LetterOrder(
        subject=SUBJECT,
        occasion=OCCASION,
        kind="answer",
        title="答复意见书",
        number=number,
        template=TEMPLATE,
        facts={
            "number": number,
            "asked": owner.name,
            "answer": "路灯已经修复。",
            "office": department.name,
            "date": "2026年4月20日",
        },
        owner=owner,
        department=department,
        verified_at=lambda token: f"https://city.example/v/{token}/",
    )
    return replace(order, **changes)
