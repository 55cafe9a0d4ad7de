"""What the laws need to know of supervision."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.copies import copies, earlier, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import CardStep, SupervisionCard, SupervisionOrder
from tongban.applications.oversight.rules import CardFinding, Occurrence
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.cases.models import Case
from tongban.platform.identity.models import Department

DUTIES = ("oversight.answer", "oversight.supervise")


def make(city: SampleCity) -> None:
    """Hold something against the department of a case, in each state; ask it something."""
    case = Case.objects.get(uid=city.ids["accepted"])
    open_card, answered, other = (_card(case, number) for number in range(3))
    oversight.answer(actor=SYSTEM, card=answered, words="经查，系系统升级期间积压，已加派人员。")
    oversight.close(actor=SYSTEM, card=other, outcome="explained", words="情况属实。")
    order = _order(case)
    answered_order = oversight.answer_order(actor=SYSTEM, order=_order(case), words="已于当日办结。")
    city.name(
        supervision_card=open_card.uid,
        answered_card=answered.uid,
        supervision_order=order.uid,
        answered_order=answered_order.uid,
    )


def _card(case: Case, number: int) -> SupervisionCard:
    one = Occurrence("sample", clock.today(), case.department_id, details={"due_on": clock.today().isoformat()})
    key = f"sample:{number}:{token(8)}"
    oversight.take_up(finding=CardFinding(key, "overdue", (one,)), case=case.pk)
    return SupervisionCard.objects.get(key=key)


def _order(case: Case) -> SupervisionOrder:
    return oversight.ask(
        actor=SYSTEM,
        department=Department.objects.get(pk=case.department_id),
        case=case,
        title="尽快办结",
        question="请说明超期原因和办结时间。",
        due_on=clock.today() + timedelta(days=5),
    )


def many(city: SampleCity, number: int) -> None:
    """Spread cards and orders of each state over days and areas, for this department and another."""
    card, today = SupervisionCard.objects.get(uid=city.ids["supervision_card"]), clock.today()
    order = SupervisionOrder.objects.get(uid=city.ids["supervision_order"])
    spread = {"area": lambda n: AREAS[n % 3], "arose_on": earlier(today), "case_id": None}
    ahead = {"due_on": lambda n: today + timedelta(days=n)}
    closed = {"state": "closed", "outcome": "explained", "closed_on": today, "due_on": None}
    made = copies(card, number, **spread, **ahead)
    copies(card, number, state="answered", **spread, **ahead)
    copies(card, number, state="noted", grade="notice", due_on=None, **spread)
    copies(card, number, **spread, **closed)
    elsewhere = Department.objects.get(key="health").pk
    copies(card, number, department_id=elsewhere, **spread, **ahead)
    copies(CardStep.objects.of(card).first(), len(made), card_id=lambda n: made[n].pk)
    for state in ("open", "answered", "closed"):
        ended = {"closed_on": today} if state == "closed" else {}
        for department in (order.department_id, elsewhere):
            copies(
                order,
                number,
                state=state,
                department_id=department,
                case_id=None,
                area=spread["area"],
                **ahead,
                **ended,
            )


def reaches(*duties: str) -> Callable[[Actor, Any], bool]:
    def reaches_row(actor: Actor, row: Any) -> bool:
        return any(grant.duty in duties and grant.covers(row.department_id, row.area) for grant in actor.grants)

    return reaches_row


def within(duty: str, state: str) -> Callable[[Any, Actor], Any]:
    return lambda rows, reader: rows.filter(reader.within(duty)).filter(state=state)


def _doors(here: str, there: str, one: str, states: tuple[str, ...]) -> tuple[Door, ...]:
    pattern = rf"{one}([0-9a-f-]{{36}})/"
    return tuple(
        Door("official", (f"{address}?state={state}",), pattern, only=within(duty, state), duties=(duty,))
        for address, duty in ((here, DUTIES[0]), (there, DUTIES[1]))
        for state in states
    )


CARD_STATES, ORDER_STATES = ("open", "answered", "noted", "closed"), ("open", "answered", "closed")
sample = Sample(
    make=make,
    many=many,
    office={
        "desk/oversight/<uuid:uid>/": "supervision_card",
        "desk/oversight/<uuid:uid>/close/": "supervision_card",
        "desk/oversight/<uuid:uid>/return/": "answered_card",
        "desk/oversight/<uuid:uid>/raise/": "supervision_card",
        "desk/oversight/orders/<uuid:uid>/": "supervision_order",
        "desk/oversight/orders/<uuid:uid>/return/": "answered_order",
        "desk/oversight/orders/<uuid:uid>/conclude/": "supervision_order",
    },
    whole=(
        "/oversight/",
        "/desk/oversight/supervision/sheet/",
        "/desk/oversight/supervision/sheet/sheet.csv",
        "/desk/oversight/supervision/lights/",
        "/desk/oversight/supervision/lights/cases/",
        "/desk/oversight/supervision/behind/",  # of one month, which is read as a whole where a reader has an area
        "/desk/oversight/supervision/process/",
        "/api/v1/oversight/figures",
    ),
    lists={
        "official": lambda city: [
            *(f"/desk/oversight/?state={state}" for state in CARD_STATES),
            *(f"/desk/oversight/supervision/?state={state}" for state in CARD_STATES),
            *(f"/desk/oversight/orders/?state={state}" for state in ORDER_STATES),
            *(f"/desk/oversight/supervision/orders/?state={state}" for state in ORDER_STATES),
        ]
    },
    shown=(
        Shown(
            SupervisionCard,
            duties=DUTIES,
            spread=(SupervisionCard,),
            reaches=reaches(*DUTIES),
            doors=(
                *_doors("/desk/oversight/", "/desk/oversight/supervision/", "/desk/oversight/", CARD_STATES),
                Door("official", ("/desk/oversight/{}/",)),
            ),
        ),
        Shown(
            SupervisionOrder,
            duties=DUTIES,
            spread=(SupervisionOrder,),
            reaches=reaches(*DUTIES),
            doors=(
                *_doors(
                    "/desk/oversight/orders/",
                    "/desk/oversight/supervision/orders/",
                    "/desk/oversight/orders/",
                    ORDER_STATES,
                ),
                Door("official", ("/desk/oversight/orders/{}/",)),
            ),
        ),
    ),
)
