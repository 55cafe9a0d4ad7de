"""The business licences of the demonstration's companies, and whose duty licences are."""

from datetime import date
from typing import Any

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.demonstration import Demonstration
from tongban.platform.identity.models import Department
from tongban.platform.licences import services as licences
from tongban.platform.parties.models import Party
from tongban.platform.registers.demonstration import enterprise

PLAN = {
    "role": [
        {"key": "file-reviewer", "duties": ["licences.read"]},
        {"key": "approver", "duties": ["licences.read", "licences.manage"]},
        {"key": "leader", "duties": ["licences.read"]},
    ]
}


def found(city: Demonstration) -> None:
    """Record the business licence of every organisation of the city's file."""
    for row in city.plan["organisation"]:
        record_business_licence(city.people[row["uscc"]], enterprise(city, row))


def record_business_licence(party: Party, data: dict[str, Any]) -> None:
    """Record the business licence that the registration authority gave the company."""
    issuer = Department.objects.get(key="market-regulation")
    licences.record(
        actor=SYSTEM,
        order=licences.Order(
            kind="business-licence",
            kind_name="营业执照",
            kind_english="Business licence",
            kind_code="11990100MB9900101F000",
            number=data["uscc"],
            holder=party,
            issuer=issuer,
            subject=f"register:{data['uscc']}",
            valid_from=date.fromisoformat(data["established_on"]),
            valid_until=None,
            face={
                "名称": data["name"],
                "统一社会信用代码": data["uscc"],
                "类型": data["kind"],
                "法定代表人": data["legal_representative"],
                "注册资本": data["registered_capital"],
                "成立日期": data["established_on"],
                "住所": data["address"],
                "经营范围": data["business_scope"],
            },
        ),
    )
