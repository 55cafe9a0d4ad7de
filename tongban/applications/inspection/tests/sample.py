"""What the laws need to know of inspection and enforcement."""

from datetime import timedelta
from typing import Any

from tests.copies import copies, earlier
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import (
    ClueRecord,
    ClueSource,
    CorrectionOrder,
    CorrectionProof,
    EnforcementOfficer,
    EntityRisk,
    FieldInspection,
    InspectionDraw,
    InspectionPhoto,
    OfficerConflict,
    PenaltyCase,
    PenaltyEntry,
    RiskClue,
    SupervisedEntity,
)
from tongban.applications.inspection.services import papers
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.parties.models import Party

OFFICE = "market-regulation"
CASES = ("inspection.punish", "inspection.review", "inspection.decide")
TABLE = "name,identifier,address,{}\n云泽市样例商行,{},柳岸街1号,{}\n"


def make(city: SampleCity) -> None:
    """An object of the company's: drawn, inspected, to be corrected, punished; and a clue about it."""
    office, today = Department.objects.get(key=OFFICE), clock.today()
    accounts = [city.official, *(_account(number) for number in (1, 2))]
    officers = [
        inspection.card_officer(
            actor=SYSTEM,
            account=account,
            card=f"9901-9{number:03}",
            department=office,
            valid_until=today + timedelta(days=900),
        )
        for number, account in enumerate(accounts)
    ]
    entity, other = (
        inspection.list_entity(
            actor=SYSTEM,
            name=name,
            kind="catering",
            address="柳岸街1号",
            department=office,
            area=AREAS[1],
            party=city.company,
            risk="C",
            source="样例",
            reason="样例",
        )
        for name in ("样例商行", "样例分店")
    )
    inspection.declare_conflict(actor=SYSTEM, officer=officers[2], entity=other, reason="近亲属")
    draw = inspection.bind_draw(
        actor=SYSTEM,
        title="样例抽查",
        matter="food-service",
        department=office,
        area="",
        count=1,
        inspect_until=today + timedelta(days=30),
        witness_source="彩票",
    )
    planned, done = (
        inspection.plan_inspection(
            actor=SYSTEM,
            entity=entity,
            matter="food-service",
            method="on-site",
            officers=(officers[0], officers[1]),
            planned_on=today + timedelta(days=3),
        )
        for _time in range(2)
    )
    answers = {"licence": ("yes", ""), "health": ("no", "无证明"), "storage": ("yes", ""), "disinfection": ("na", "")}
    found = inspection.FieldRecord("case", answers, signed="李某", photos=[rehearsal.photo(1)])
    done = inspection.record(actor=identity.actor_of(city.official), inspection=done, found=found)
    order = inspection.order_correction(actor=SYSTEM, inspection=done, words="补办。", due_on=today + timedelta(days=7))
    inspection.prove_correction(actor=city.owner, order=order, words="已办。", files=[rehearsal.photo(2)])
    act = inspection.found_at(done, "food-health-cert", "无证明。")
    case = inspection.file_case(actor=SYSTEM, act=act)
    entry = inspection.add_evidence(actor=SYSTEM, case=case, words="照片。", file=rehearsal.photo(3))
    case = inspection.tell(actor=SYSTEM, case=case, words="拟警告。", step="first")
    ticket = inspection.write_ticket(
        actor=SYSTEM,
        act=inspection.found_at(done, "price-marking", "未标价。"),
        step="light",
        fine_fen=10000,
    )
    ticket = inspection.publish(actor=SYSTEM, case=ticket)
    letter = papers.write_paper(case=PenaltyCase.objects.with_names().get(pk=case.pk), step="tell")
    paper = papers.write_correction(order=CorrectionOrder.objects.with_names().get(pk=order.pk))
    assert letter
    assert paper
    assert entry.document
    for kind, column, figure in (("invoices", "invoiced_yuan", 900), ("tax-returns", "declared_yuan", 100)):
        inspection.take_source(
            actor=SYSTEM,
            kind=kind,
            title=kind,
            authority="税务局",
            purpose="样例",
            as_of=today - timedelta(days=1),
            department=office,
            content=TABLE.format(column, city.company.id_number, figure).encode(),
        )
    (clue,) = inspection.compare(actor=SYSTEM, rule="invoiced-declared", department=office)
    photo = InspectionPhoto.objects.get(inspection=done)
    city.name(
        supervised=entity.uid,
        inspection_draw=draw.uid,
        planned_inspection=planned.uid,
        done_inspection=done.uid,
        inspection_photo=photo.document.uid,
        correction_order=order.uid,
        correction_letter=paper.document.uid,
        penalty_case=case.uid,
        penalty_letter=letter.document.uid,
        penalty_evidence=entry.document.uid,
        public_decision=ticket.uid,
        risk_clue=clue.uid,
    )


def _account(number: int) -> Account:
    return identity.open_account(actor=SYSTEM, login=f"sample.inspector{number}", name=f"检查员{number}", kind="staff")


def many(city: SampleCity, number: int) -> None:
    ids, day, now = city.ids, clock.today(), clock.now()
    offices = [Department.objects.get(key=key).pk for key in (OFFICE, "health")]
    area = {"area": lambda n: AREAS[n % 3]}
    spread = {**area, "department_id": lambda n: offices[n // 3 % 2]}
    entity = SupervisedEntity.objects.get(uid=ids["supervised"])
    entities = copies(entity, number, **spread)
    risk = EntityRisk.objects.of(entity)[0]
    copies(risk, number, entity_id=lambda n: entities[n].pk, valid_from=earlier(day))
    copies(risk, number, valid_from=earlier(day))
    conflict = OfficerConflict.objects.all()[0]
    copies(conflict, number, entity_id=lambda n: entities[n].pk)
    draw = InspectionDraw.objects.get(uid=ids["inspection_draw"])
    copies(draw, number, **spread)
    planned = FieldInspection.objects.get(uid=ids["planned_inspection"])
    done = FieldInspection.objects.get(uid=ids["done_inspection"])
    copies(planned, number, number=_numbered("P"), planned_on=lambda n: day + timedelta(days=n % 400), **spread)
    of = {"entity_id": lambda n: entities[n // 2].pk, "done_at": earlier(now)}
    made = copies(done, 2 * number, number=_numbered("D"), key=None, **of, **spread)
    photo = InspectionPhoto.objects.all()[0]
    copies(photo, number, inspection_id=lambda n: made[n].pk, key=None)

    def whose(number: int) -> int:
        return int(city.companies[number % 2].pk)

    order = CorrectionOrder.objects.get(uid=ids["correction_order"])
    orders = copies(
        order, number, number=_numbered("O"), party_id=whose, inspection_id=lambda n: made[n].pk,
        due_on=lambda n: day + timedelta(days=n % 300), **spread,
    )  # fmt: skip
    copies(
        order, number, number=_numbered("C"), inspection_id=lambda n: made[number + n].pk, state="done",
        closed_on=earlier(day), party_id=whose, **spread,
    )  # fmt: skip
    copies(CorrectionProof.objects.all()[0], number, order_id=lambda n: orders[n].pk)
    case = PenaltyCase.objects.get(uid=ids["penalty_case"])
    cases = copies(case, number, number=_numbered("X"), key=None, party_id=whose, **spread)
    ended = {"ended_on": earlier(day), "published_on": earlier(day), "published": "样例公开。", "state": "paid"}
    copies(case, number, number=_numbered("Y"), key=None, party_id=whose, decided_on=day, **ended, **spread)
    entry = PenaltyEntry.objects.all()[0]
    copies(entry, number, case_id=lambda n: cases[n].pk)
    source = ClueSource.objects.all()[0]
    sources = copies(source, number, **spread)
    copies(ClueRecord.objects.all()[0], number, source_id=lambda n: sources[n].pk)
    clue = RiskClue.objects.get(uid=ids["risk_clue"])
    copies(clue, number, **spread)
    copies(clue, number, decided_at=earlier(now), pursued=False, **spread)


def _numbered(mark: str) -> Any:
    begun = FieldInspection.objects.count() + PenaltyCase.objects.count() + CorrectionOrder.objects.count()
    return lambda n: f"样{mark}{begun}-{n}"


def reaches(*duties: str) -> Any:
    def reached(actor: Actor, row: Any) -> bool:
        return any(grant.duty in duties and grant.covers(row.department_id, row.area) for grant in actor.grants)

    return reached


def inspected(actor: Actor, row: FieldInspection) -> bool:
    own = actor.account in {row.first_account, row.second_account} and actor.holds("inspection.inspect")
    return own or bool(reaches("inspection.manage")(actor, row))


def owned_orders(actor: Actor, party: Party, services: tuple[str, ...]) -> Any:
    return CorrectionOrder.objects.none() if services else CorrectionOrder.objects.filter(party=party)


def owned_cases(actor: Actor, party: Party, services: tuple[str, ...]) -> Any:
    return PenaltyCase.objects.none() if services else PenaltyCase.objects.filter(party=party)


def managed(rows: Any, reader: Actor) -> Any:
    return rows.filter(reader.within("inspection.manage"))


def _key(what: str) -> str:
    return rf"/desk/inspection/{what}/([0-9a-f-]{{36}})/"


MANAGE = ("inspection.manage",)
sample = Sample(
    make=make,
    many=many,
    small=(EnforcementOfficer,),
    owned={
        "inspection/corrections/<uuid:uid>/": "correction_order",
        "inspection/corrections/<uuid:uid>/files/<uuid:document>/": "correction_order correction_letter",
        "inspection/penalties/<uuid:uid>/": "penalty_case",
        "inspection/penalties/<uuid:uid>/files/<uuid:document>/": "penalty_case penalty_letter",
    },
    office={
        "desk/inspection/objects/<uuid:uid>/": "supervised",
        "desk/inspection/objects/<uuid:uid>/plan/": "supervised",
        "desk/inspection/draws/<uuid:uid>/": "inspection_draw",
        "desk/inspection/inspections/<uuid:uid>/": "done_inspection",
        "desk/inspection/inspections/<uuid:uid>/file/": "done_inspection",
        "desk/inspection/inspections/<uuid:uid>/photos/<uuid:document>/": "done_inspection inspection_photo",
        "desk/inspection/corrections/<uuid:uid>/": "correction_order",
        "desk/inspection/corrections/<uuid:uid>/files/<uuid:document>/": "correction_order correction_letter",
        "desk/inspection/cases/<uuid:uid>/": "penalty_case",
        "desk/inspection/cases/<uuid:uid>/files/<uuid:document>/": "penalty_case penalty_evidence",
        "desk/inspection/cases/<uuid:uid>/steps/<slug:step>/": "penalty_case evidence",
        "desk/inspection/clues/<uuid:uid>/": "risk_clue",
        "desk/inspection/clues/<uuid:uid>/pursue/": "risk_clue",
        "crew/inspection/<uuid:uid>/": "planned_inspection",
        "crew/inspection/<uuid:uid>/record/": "planned_inspection",
        "crew/inspection/<uuid:uid>/ticket/": "done_inspection",
        "crew/inspection/<uuid:uid>/materials/": "planned_inspection",
    },
    posted=("crew/inspection/<uuid:uid>/record/",),
    common={
        "inspection/draws/<uuid:uid>/": "inspection_draw",
        "inspection/draws/<uuid:uid>/draw.json": "inspection_draw",
        "inspection/decisions/<uuid:uid>/": "public_decision",
    },
    lists={
        "official": lambda city: [
            f"/desk/inspection/{what}/?ended=1" for what in ("inspections", "corrections", "cases", "clues")
        ],
    },
    shown=(
        Shown(
            SupervisedEntity,
            duties=MANAGE,
            spread=(SupervisedEntity,),
            reaches=reaches(*MANAGE),
            doors=(Door("official", ("/desk/inspection/",), _key("objects")),),
        ),
        Shown(
            InspectionDraw,
            duties=MANAGE,
            spread=(InspectionDraw,),
            reaches=reaches(*MANAGE),
            doors=(Door("official", ("/desk/inspection/draws/",), _key("draws")),),
        ),
        Shown(
            FieldInspection,
            duties=(*MANAGE, "inspection.inspect"),
            spread=(FieldInspection,),
            reaches=inspected,
            doors=(
                Door(
                    "official",
                    ("/desk/inspection/inspections/", "/desk/inspection/inspections/?ended=1"),
                    _key("inspections"),
                    duties=MANAGE,
                    only=managed,
                ),
                Door(
                    "system",
                    ("/api/v1/inspection/inspections",),
                    item="uid",
                    only=lambda rows, reader: managed(rows, reader).filter(done_at__isnull=False),
                ),
            ),
        ),
        Shown(
            CorrectionOrder,
            duties=MANAGE,
            spread=(CorrectionOrder,),
            reaches=reaches(*MANAGE),
            owns=owned_orders,
            doors=(
                Door(
                    "official",
                    ("/desk/inspection/corrections/", "/desk/inspection/corrections/?ended=1"),
                    _key("corrections"),
                ),
                Door("person", ("/inspection/corrections/{}/",)),
            ),
        ),
        Shown(
            PenaltyCase,
            duties=CASES,
            spread=(PenaltyCase,),
            reaches=reaches(*CASES),
            owns=owned_cases,
            doors=(
                Door("official", ("/desk/inspection/cases/", "/desk/inspection/cases/?ended=1"), _key("cases")),
                Door("person", ("/inspection/mine/",), r"/inspection/penalties/([0-9a-f-]{36})/"),
                Door("person", ("/inspection/penalties/{}/",)),
            ),
        ),
        Shown(
            ClueSource,
            duties=("inspection.compare",),
            spread=(ClueSource,),
            reaches=reaches("inspection.compare"),
            doors=(Door("official", ("/desk/inspection/clues/compare/",), r'<th scope="row">'),),
        ),
        Shown(
            RiskClue,
            duties=("inspection.compare",),
            spread=(RiskClue,),
            reaches=reaches("inspection.compare"),
            doors=(Door("official", ("/desk/inspection/clues/", "/desk/inspection/clues/?ended=1"), _key("clues")),),
        ),
    ),
)
