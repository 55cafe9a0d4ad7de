"""The business licences of the demonstration's companies, and whose duty licences are."""

from collections.abc import Mapping
from datetime import date, timedelta
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
        {"key": "approver", "duties": ["licences.read", "licences.manage", "licences.record"]},
        {"key": "leader", "duties": ["licences.read"]},
    ]
}


def found(city: Demonstration) -> None:
    """Record the business licence of every organisation of the city's file."""
    for row in city.plan["organisation"]:
        record_business_licence(city.people[row["uscc"]], enterprise(city, row))
        for held in row.get("licence", ()):
            record_held(city.people[row["uscc"]], held, city.opened)


def record_held(party: Party, held: Mapping[str, Any], opened: date) -> None:
    """Record a licence that ends so many days after the city is opened, as the city's file says."""
    until = opened + timedelta(days=held["days_left"])
    licences.record(
        actor=SYSTEM,
        order=licences.Order(
            kind=held["kind"],
            kind_name=held["name"],
            kind_english=held["english"],
            kind_code=held["kind_code"],
            number=held["number"],
            holder=party,
            issuer=Department.objects.get(key=held["issuer"]),
            subject=f"register:{held['number']}",
            valid_from=until - timedelta(days=365 * held["years"]),
            valid_until=until,
            face=held["face"],
        ),
    )


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
