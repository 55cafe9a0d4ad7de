"""What the demonstration's city shows: objects, draws, inspections, corrections, penalties, clues."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import EnforcementOfficer, FieldInspection, PenaltyCase, SupervisedEntity
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.demonstration import Demonstration, Story, dice
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.parties.models import Party

DATA = Path(__file__).parent / "data" / "demonstration.toml"
OFFICE = "market-regulation"
PLAN = {
    "role": [
        {
            "key": "supervision-manager",
            "name": "监管管理岗",
            "portal": "desk",
            "duties": ["inspection.manage", "inspection.compare"],
        },
        {
            "key": "enforcement-officer",
            "name": "执法人员",
            "portal": "crew",
            "duties": ["inspection.inspect", "inspection.punish"],
        },
        {
            "key": "legal-reviewer",
            "name": "法制审核岗",
            "portal": "desk",
            "duties": ["inspection.review", "inspection.punish"],
        },
        {
            "key": "enforcement-head",
            "name": "行政机关负责人",
            "portal": "desk",
            "duties": ["inspection.decide", "inspection.punish"],
        },
    ],
    "official": [
        {
            "login": "bo.jian",
            "name": "柏鉴",
            "says": "监管对象、双随机、整改复查、风险线索",
            "positions": [{"department": OFFICE, "role": "supervision-manager"}],
        },
        {
            "login": "shi.cha",
            "name": "石察",
            "says": "执法人员：检查清单、当场处罚（手机）",
            "positions": [{"department": OFFICE, "role": "enforcement-officer"}],
        },
        {
            "login": "ju.zheng",
            "name": "鞠正",
            "says": "执法人员：与石察同组（手机）",
            "positions": [{"department": OFFICE, "role": "enforcement-officer"}],
        },
        {
            "login": "rong.gong",
            "name": "容恭",
            "says": "执法人员",
            "positions": [{"department": OFFICE, "role": "enforcement-officer"}],
        },
        {
            "login": "lian.lv",
            "name": "廉律",
            "says": "行政处罚法制审核、听证主持",
            "positions": [{"department": OFFICE, "role": "legal-reviewer"}],
        },
        {
            "login": "yan.ming",
            "name": "颜明",
            "says": "作出并公开行政处罚决定",
            "positions": [{"department": OFFICE, "role": "enforcement-head"}],
        },
    ],
}
CARDED = ("shi.cha", "ju.zheng", "rong.gong")


def found(city: Demonstration) -> None:
    """Give the officers their cards, and put the objects under supervision; again changes nothing."""
    office, data = Department.objects.get(key=OFFICE), tomllib.loads(DATA.read_text())
    for number, login in enumerate(CARDED, 1):
        account = Account.objects.get(login=login)
        if not EnforcementOfficer.objects.of_account(account.pk).exists():
            inspection.card_officer(
                actor=SYSTEM,
                account=account,
                card=f"9901{number:05}",
                department=office,
                valid_until=date(city.founded.year + 4, 12, 31),
            )
    if SupervisedEntity.objects.exists():
        return
    companies = _companies(city, len(data["object"]))
    for row, party in zip(data["object"], companies, strict=False):
        inspection.list_entity(
            actor=SYSTEM,
            name=party.name if party else row["name"],
            kind=row["kind"],
            address=row["address"],
            department=office,
            area=row["area"],
            party=party,
            risk=row["risk"],
            source="企业信用风险分类（示范数据）",
            reason=row["reason"],
            thing=row.get("thing", ""),
        )


def stories(city: Demonstration, number: int) -> Iterator[Story]:
    """Tell how objects were drawn, inspected, corrected and punished, and which clues came up."""
    yield _weeks(city)


def _weeks(city: Demonstration) -> Story:
    data, fall = tomllib.loads(DATA.read_text()), dice("inspection")
    morning = max(city.founded + timedelta(days=2), clock.now() - timedelta(days=24)).replace(hour=1, minute=30)
    yield morning
    draw = _bind("本月餐饮服务食品安全双随机抽查", "food-service", 4)
    morning += timedelta(days=1)
    yield morning
    inspection.make_draw(actor=_official("bo.jian"), draw=draw, witness=data["witness"])
    conflicted = EnforcementOfficer.objects.of_account(Account.objects.get(login="rong.gong").pk).get()
    entity = SupervisedEntity.objects.order_by("pk").last()
    assert entity is not None
    inspection.declare_conflict(
        actor=_official("rong.gong"), officer=conflicted, entity=entity, reason="近亲属在该单位任职"
    )
    for turn, planned in enumerate(FieldInspection.objects.planned().order_by("pk")[:3]):
        morning += timedelta(days=1, hours=1)
        yield morning
        _inspect(planned, data, turn, fall)
    morning += timedelta(days=2)
    yield morning
    _punish(data)
    morning += timedelta(days=10)
    yield morning
    _decide()
    _clues(data)
    _plans()
    morning += timedelta(days=2)
    yield morning
    _bind("下月明码标价双随机抽查", "price-marking", 5)


def _bind(title: str, matter: str, count: int) -> Any:
    return inspection.bind_draw(
        actor=_official("bo.jian"),
        title=title,
        matter=matter,
        department=Department.objects.get(key=OFFICE),
        area="",
        count=count,
        inspect_until=clock.today() + timedelta(days=30),
        witness_source="次日公布的公益彩票开奖号码（示范）",
    )


def _inspect(planned: FieldInspection, data: dict[str, Any], turn: int, fall: Random) -> None:
    found = data["found"][turn % len(data["found"])]
    matter = inspection.matter(planned.matter)
    answers = {item.key: ("yes", "") for item in matter.items} | {
        key: ("no", words) for key, words in found["wrong"].items()
    }
    record = inspection.FieldRecord(
        outcome=found["outcome"],
        answers=answers,
        words=found["words"],
        signed=found.get("signed", ""),
        refusal=found.get("refusal", ""),
        photos=[rehearsal.photo(turn), rehearsal.photo(turn + 4)],
        latitude=round(30.5720 + fall.uniform(-0.01, 0.01), 6),
        longitude=round(104.0690 + fall.uniform(-0.01, 0.01), 6),
        at=clock.now() - timedelta(minutes=30),
        offline=turn == 1,
    )
    account = Account.objects.get(pk=planned.first_account)
    done = inspection.record(actor=identity.actor_of(account), inspection=planned, found=record)
    if done.findings and done.entity.party_id:
        inspection.order_correction(
            actor=_official("bo.jian"),
            inspection=done,
            words=found["order"],
            due_on=clock.today() + timedelta(days=10 if turn else 5),
        )


def _punish(data: dict[str, Any]) -> None:
    """One case by the ordinary procedure, one ticket."""
    failed = [one for one in FieldInspection.objects.done().with_names().order_by("pk") if one.findings]
    if not failed:
        return
    one = failed[0]
    case = inspection.file_case(
        actor=identity.actor_of(Account.objects.get(pk=one.first_account)),
        act=inspection.found_at(one, "food-health-cert", "一名切配人员未取得健康证明，责令改正后仍安排其从业。"),
    )
    officer = identity.actor_of(Account.objects.get(pk=one.first_account))
    inspection.add_evidence(
        actor=officer, case=case, words="现场照片：当事人操作间。", place=one.entity.address, file=rehearsal.photo(7)
    )
    inspection.tell(actor=officer, case=case, words="事实清楚，证据充分，拟从轻处罚。", step="refused", fine_fen=500000)
    ticket = inspection.write_ticket(
        actor=officer,
        act=inspection.found_at(failed[-1], "price-marking", data["ticket"]),
        step="light",
        fine_fen=20000,
        said="当事人表示立即改正。",
    )
    inspection.publish(actor=_official("yan.ming"), case=ticket)


def _decide() -> None:
    case = PenaltyCase.objects.open().filter(state="told").order_by("pk").first()
    if case is None:
        return
    inspection.review(actor=_official("lian.lv"), case=case, words="主体适格、程序合法、裁量适当。")
    inspection.decide(
        actor=_official("yan.ming"), case=case, words="当事人积极配合调查，决定从轻处罚。", fine_fen=500000
    )
    inspection.publish(actor=_official("yan.ming"), case=case)


def _clues(data: dict[str, Any]) -> None:
    office, manager = Department.objects.get(key=OFFICE), _official("bo.jian")
    objects = list(SupervisedEntity.objects.with_names().order_by("pk"))
    for table in data["table"]:
        lines = [f"name,identifier,address,{table['column']}"]
        for row in table["row"]:
            entity = objects[row["object"] % len(objects)] if "object" in row else None
            number = entity.party.id_number if entity and entity.party and row.get("identified", True) else ""
            name = row.get("name") or (entity.name if entity else "")
            address = row.get("address") or (entity.address if entity else "")
            lines.append(f"{name},{number},{address},{row['figure']}")
        inspection.take_source(
            actor=manager,
            kind=table["kind"],
            title=table["title"],
            authority=table["authority"],
            purpose=table["purpose"],
            as_of=clock.today() - timedelta(days=5),
            department=office,
            content="\n".join(lines).encode(),
        )
    raised = []
    for rule in inspection.comparison_rules():
        raised += inspection.compare(actor=manager, rule=rule, department=office)
    if raised:
        inspection.dismiss(actor=manager, clue=raised[-1], words=data["dismissed"])


def _plans() -> None:
    officers = list(EnforcementOfficer.objects.with_names().order_by("pk")[:2])
    for entity in SupervisedEntity.objects.with_names().of_kinds(["hotel", "retail", "catering"]).order_by("pk")[:3]:
        inspection.plan_inspection(
            actor=_official("bo.jian"),
            entity=entity,
            matter="price-marking",
            method="on-site",
            officers=(officers[0], officers[1]),
            planned_on=clock.today() + timedelta(days=6),
        )


def _companies(city: Demonstration, most: int) -> list[Party | None]:
    known = [one for one in city.people.values() if isinstance(one, Party) and one.kind == Party.Kind.ORGANISATION]
    return [known[number % len(known)] if known and number < 8 else None for number in range(most)]


def _official(login: str) -> Actor:
    return identity.actor_of(Account.objects.get(login=login))
