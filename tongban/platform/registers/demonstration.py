"""The two registers of the demonstration's city, 人口库 and 法人库, and what they know of its people."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.demonstration import Demonstration
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers

REGISTERS: list[dict[str, Any]] = [
    {
        "key": "population",
        "title": "人口库",
        "department": "public-security",
        "holder": "person",
        "basis": "公安机关人口登记",
        "fields": [
            {"name": "name", "title": "姓名"},
            {"name": "id_number", "title": "公民身份号码", "class": "sensitive"},
            {"name": "sex", "title": "性别"},
            {"name": "birth_date", "title": "出生日期"},
            {"name": "nation", "title": "民族", "class": "sensitive"},
            {"name": "household_address", "title": "户籍地址"},
            {"name": "residence_address", "title": "居住地址"},
        ],
    },
    {
        "key": "enterprise",
        "title": "法人库",
        "department": "market-regulation",
        "holder": "organisation",
        "basis": "市场主体登记",
        "fields": [
            {"name": "name", "title": "名称", "class": "public"},
            {"name": "uscc", "title": "统一社会信用代码", "class": "public"},
            {"name": "legal_representative", "title": "法定代表人", "class": "public"},
            {"name": "address", "title": "住所", "class": "public"},
            {"name": "registered_capital", "title": "注册资本", "class": "public"},
            {"name": "established_on", "title": "成立日期", "class": "public"},
            {"name": "business_scope", "title": "经营范围", "class": "public"},
            {"name": "kind", "title": "类型", "class": "public"},
        ],
    },
]
PLAN = {"role": [{"key": "operator", "duties": ["registers.steward"]}], "register": REGISTERS}
# When the registers learnt what the city's file says, where a row does not name another day.
AS_OF = date(2026, 2, 28)


def found(city: Demonstration) -> None:
    """Enter what the city's file says of everybody."""
    for row in city.plan["person"]:
        data = {"name": row["name"], "id_number": row["id_number"], **row["register"]}
        _enter("population", city.people[row["id_number"]], data, row, "人口库")
    for row in city.plan["organisation"]:
        _enter("enterprise", city.people[row["uscc"]], enterprise(city, row), row, "法人库")


def enterprise(city: Demonstration, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what 法人库 says of an organisation of the city's file."""
    return {
        "name": row["name"],
        "uscc": row["uscc"],
        "legal_representative": city.people[row["legal_representative"]].name,
        "address": row["address"],
        **row["register"],
    }


def _enter(register: str, party: Party, data: dict[str, Any], row: Mapping[str, Any], source: str) -> None:
    as_of = row.get("as_of", AS_OF)
    try:
        registers.put(actor=SYSTEM, register=register, party=party, data=data, as_of=as_of, source=source)
    except registers.Outdated:
        # Somebody's correction was accepted since; it stays.
        return
