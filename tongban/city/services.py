"""Set the installation up: words, tables, codes, services, and for a demonstration a whole city. All idempotent."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.city import founding
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Version
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.licences import services as licences
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers

HERE = Path(__file__).parent
DEFINITIONS = HERE.parent / "applications"

# The seals of every department; licences carry the first one, letters the second.
SEALS = ("电子证照专用章", "行政审批专用章")

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


def load_data() -> None:
    """Load the code lists and the working calendar that come with the product."""
    codes.load_shipped()


def load_services() -> None:
    """Publish the service definitions that come with the product."""
    for folder in definition_folders():
        draft = catalogue.load(actor=SYSTEM, folder=folder)
        if draft.version.state == Version.State.DRAFT:
            catalogue.publish(actor=SYSTEM, version=draft.version)


def load_guides() -> None:
    """Take in the guides of what the demonstration's offices do elsewhere than here."""
    catalogue.import_guides(actor=SYSTEM, folder=HERE / "data" / "guides")


def definition_folders() -> list[Path]:
    """Return the folders of the definitions that come with the product."""
    return sorted(file.parent for file in DEFINITIONS.glob("*/definitions/*/service.toml"))


def found_demo_city() -> None:
    """Found 云泽市: areas, departments, officials, people, businesses and what the registers know of them."""
    city = tomllib.loads((HERE / "data" / "demo.toml").read_text())
    departments = [{**row, "area": "990100", "seals": SEALS} for row in city["department"]]
    founding.found({**city, "department": departments, "register": REGISTERS}, password=city["password"])
    people = {person["id_number"]: _person(person, city["password"]) for person in city["person"]}
    for organisation in city["organisation"]:
        _organisation(organisation, people)


def greeting() -> str:
    """Return the lines that `make run` prints: who can sign in."""
    city = tomllib.loads((HERE / "data" / "demo.toml").read_text())
    people = [(who["login"], who["name"], who["says"]) for who in city["person"] + city["official"] if who.get("says")]
    lines = [f"  {login:<14}{name}  {says}" for login, name, says in people]
    return "\n".join([f"  {city['greeting']}", "", *lines, ""])


def _account(row: dict[str, Any], kind: str, password: str) -> Account:
    return identity.open_account(
        actor=SYSTEM,
        login=row["login"],
        name=row["name"],
        kind=kind,
        password=password,
        email=row.get("email", ""),
        phone=row.get("phone", ""),
        demo=row.get("says", ""),
    )


def _person(row: dict[str, Any], password: str) -> Party:
    account = _account(row, "person", password) if row.get("login") else None
    party = parties.register_person(
        actor=SYSTEM,
        name=row["name"],
        id_kind="identity-card",
        id_number=row["id_number"],
        account=account,
        phone=row["phone"],
        email=row.get("email", ""),
        address=row["address"],
        area=row["area"],
    )
    data = {"name": row["name"], "id_number": row["id_number"], **row["register"]}
    _fill_register("population", party, data, "人口库")
    return party


def _organisation(row: dict[str, Any], people: dict[str, Party]) -> None:
    representative = people[row["legal_representative"]]
    party = parties.register_organisation(
        actor=SYSTEM,
        name=row["name"],
        uscc=row["uscc"],
        legal_representative=representative,
        phone=row["phone"],
        email=row["email"],
        address=row["address"],
        area=row["area"],
    )
    for number in row["agents"]:
        parties.give_mandate(actor=SYSTEM, principal=party, agent=people[number], source="register")
    data = {
        "name": row["name"],
        "uscc": row["uscc"],
        "legal_representative": representative.name,
        "address": row["address"],
        **row["register"],
    }
    _fill_register("enterprise", party, data, "法人库")
    record_business_licence(party, data)


def _fill_register(register: str, party: Party, data: dict[str, Any], source: str) -> None:
    try:
        registers.put(actor=SYSTEM, register=register, party=party, data=data, as_of=date(2026, 2, 28), source=source)
    except registers.Outdated:
        # Somebody's correction was accepted since; it stays.
        return


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


def greeting_file() -> Path:
    return Path(settings.VAR) / "greeting.txt"
