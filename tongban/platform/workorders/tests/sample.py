"""What the laws need to know of work orders."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.copies import copies, earlier, spread_over
from tests.sample_city import AREAS, SampleCity
from tests.samples import Call, Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.ids import token
from tongban.platform.identity.models import Department
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import (
    CrewMember,
    CrewPosition,
    CrewShift,
    CrewTeam,
    OrderProposal,
    RoutingEdition,
    WorkOrder,
    WorkOrderConflict,
    WorkOrderPhoto,
    WorkOrderStep,
)
from tongban.platform.workorders.models.orders import SIDES
from tongban.platform.workorders.rules import moves
from tongban.platform.workorders.tests.pictures import photo

DUTIES = tuple(SIDES)
PLACE = {"area": "990102", "address": "云泽市临湖区柳岸街15号", "latitude": 30.5731, "longitude": 104.0672}


def make(city: SampleCity) -> None:
    """Orders of one office, in each state that has pages of its own."""
    new, handled, finished = (_order(number) for number in range(3))
    for order in (handled, finished):
        workorders.dispatch(actor=SYSTEM, order=order, department=_office())
        workorders.accept(actor=SYSTEM, order=order)
        workorders.add_photo(actor=SYSTEM, order=order, file=photo(), side="after", name="after.jpg")
    workorders.finish(actor=SYSTEM, order=finished, words="已修复。", stamp=STAMP)
    now = clock.now()
    said = {"move": "finish", "state": "accepted", "reason": "工单已由他人接单。"}
    conflict = WorkOrderConflict.objects.create(order=handled, dispatcher=_office(), at=now, received_at=now, **said)
    asked = workorders.propose(actor=SYSTEM, order=handled, kind="hang_up", words="待管网改造。")
    rows = [{"when": 'kind = "rescue"', "department": "fire-rescue"}]
    edition = workorders.draft_rules(actor=SYSTEM, department=_office(), rows=rows)
    team = workorders.form_team(actor=SYSTEM, department=_office(), name="养护一班", purpose="就近派遣工单")
    member = workorders.join(actor=SYSTEM, team=team, member=city.official)
    shift = CrewShift.objects.create(team=team, account=city.official, begun_at=now, until=now + timedelta(hours=8))
    CrewPosition.objects.create(
        shift=shift, at=now, received_at=now, delete_on=now.date() + timedelta(days=30), **STAMP.columns
    )
    city.name(
        order_conflict=conflict.uid,
        order_proposal=asked.uid,
        routing_edition=edition.uid,
        crew_team=team.uid,
        crew_member=member.pk,
        order_new=new.uid,
        order_handled=handled.uid,
        order_finished=finished.uid,
        order_photo=WorkOrderPhoto.objects.filter(order=handled).get().uid,
    )


STAMP = workorders.PhoneStamp(latitude=30.5731, longitude=104.0672, accuracy_m=8)


def _office() -> Department:
    return Department.objects.get(key="market-regulation")


def _order(number: int) -> WorkOrder:
    office, verifier = _office(), Department.objects.get(key="government-services")
    said = {"kind": "check", "title": "核查路面破损", "subject": f"sample:{number}", **PLACE}
    return workorders.raise_order(actor=SYSTEM, dispatcher=office, verifier=verifier, **said)


def many(city: SampleCity, number: int) -> None:
    """Spread orders of every state over areas, for this office and another."""
    office = _office().pk
    order, now = WorkOrder.objects.get(uid=city.ids["order_new"]), clock.now()
    places: dict[str, Any] = {
        "area": lambda n: AREAS[n % 3],
        "subject": "",
        "number": lambda _n: f"GD2026-{token(10)}",
        "dispatcher_id": spread_over(office, every=3),
        "department_id": spread_over(office, every=6),
        "verifier_id": spread_over(office, every=12),
    }
    made: list[Any] = []
    for state in moves.STATES:
        over = {"ended_at": earlier(now)} if state in moves.OVER else {"due_at": earlier(now)}
        hung = {"left_minutes": 60, "held_state": "accepted"} if state == moves.HUNG_UP else {}
        made += copies(order, number // 4, state=state, **places, **over, **hung)
    copies(WorkOrderStep.objects.filter(order=order).first(), len(made), order_id=lambda n: made[n].pk, key=None)
    shot = WorkOrderPhoto.objects.get(uid=city.ids["order_photo"])
    copies(shot, len(made), order_id=lambda n: made[n].pk, key=None)
    conflict = WorkOrderConflict.objects.first()
    about: dict[str, Any] = {
        "order_id": lambda n: made[n % len(made)].pk,
        "dispatcher_id": lambda n: made[n % len(made)].dispatcher_id,
    }
    copies(conflict, number, key=None, **about)
    copies(OrderProposal.objects.first(), number, decided_at=now, granted=True, **about)
    copies(CrewPosition.objects.first(), number, at=earlier(now))


def reaches(actor: Actor, row: Any) -> bool:
    return any(
        grant.duty == duty and grant.covers(getattr(row, f"{column}_id"), row.area)
        for duty, column in SIDES.items()
        for grant in actor.grants
    )


def only(state: str) -> Any:
    wanted = moves.OVER if state == "over" else (state,) if state else moves.OPEN
    return lambda rows, reader: rows.filter(state__in=wanted)


ACTS = {"dispatch": "order_new", "cancel": "order_new", "reroute": "order_handled", "hang_up": "order_handled"}
STATES = ("", "new", "returned", "dispatched", "accepted", "arrived", "rework", "hung_up", "finished", "over")
TEAM, EDITION = r"/teams/([0-9a-f-]{36})/", r"/routing/([0-9a-f-]{36})/"
PATTERN = r"/workorders/([0-9a-f-]{36})/"
TURNS = {"accept": ("workorders.handle", moves.DISPATCHED), "verify": ("workorders.verify", moves.FINISHED)}


def holds(duty: str, column: str = "department_id", order: bool = False) -> Callable[[Actor, Any], bool]:
    def reaches_row(actor: Actor, row: Any) -> bool:
        one = row.order if order else row
        return any(g.duty == duty and g.covers(getattr(one, column), one.area) for g in actor.grants)

    return reaches_row


sample = Sample(
    make=make,
    many=many,
    small=(CrewTeam, CrewMember, CrewShift, RoutingEdition),
    whole=("/desk/workorders/figures/",),
    office={
        "desk/workorders/<uuid:uid>/": "order_handled",
        "desk/workorders/<uuid:uid>/photos/<uuid:photo>/": "order_handled order_photo",
        "desk/workorders/<uuid:uid>/<slug:move>/": "order_new dispatch",
        "desk/workorders/proposals/<uuid:uid>/": "order_proposal",
        "desk/workorders/conflicts/<uuid:uid>/": "order_conflict",
        "desk/workorders/routing/rules/<slug:department>/": "market-regulation",
        "desk/workorders/routing/<uuid:uid>/": "routing_edition",
        "desk/workorders/routing/<uuid:uid>/try/": "routing_edition",
        "desk/workorders/routing/<uuid:uid>/publish/": "routing_edition",
        "desk/workorders/teams/<uuid:uid>/": "crew_team",
        "desk/workorders/teams/<uuid:uid>/end/": "crew_team",
        "desk/workorders/teams/<uuid:uid>/members/<int:member>/leave/": "crew_team crew_member",
        "crew/workorders/<uuid:uid>/": "order_handled",
        "crew/workorders/<uuid:uid>/ask/": "order_handled",
        "crew/workorders/<uuid:uid>/step/": "order_handled",
        "crew/workorders/<uuid:uid>/photos/<uuid:photo>/": "order_handled order_photo",
    },
    calls={"GET /api/v1/workorders/orders/<uid>": Call("order_handled")},
    lists={
        "official": lambda city: [
            *(f"/desk/workorders/?state={state}" for state in STATES if state),
            "/desk/workorders/?kind=check",
            "/desk/workorders/?late=over",
            f"/desk/workorders/?q={WorkOrder.objects.get(uid=city.ids['order_new']).number}",
            *(f"/crew/workorders/?turn={turn}" for turn in TURNS),
        ]
    },
    shown=(
        Shown(
            WorkOrder,
            duties=DUTIES,
            spread=(WorkOrder,),
            reaches=reaches,
            doors=(
                *(
                    Door("official", (f"/desk/workorders/?state={state}",), PATTERN, only=only(state), duties=DUTIES)
                    for state in STATES
                ),
                *(
                    Door(
                        "official",
                        (f"/crew/workorders/?turn={turn}",),
                        PATTERN,
                        only=lambda rows, reader, duty=duty, state=state: rows.filter(
                            reader.within(duty, department=SIDES[duty]), state=state
                        ),
                        duties=(duty,),
                    )
                    for turn, (duty, state) in TURNS.items()
                ),
                Door("official", ("/desk/workorders/{}/",)),
                Door("official", ("/crew/workorders/{}/",), duties=("workorders.handle", "workorders.verify")),
            ),
        ),
        Shown(
            WorkOrderConflict,
            duties=("workorders.dispatch",),
            spread=(WorkOrder,),
            reaches=holds("workorders.dispatch", "dispatcher_id", order=True),
            doors=(Door("official", ("/desk/workorders/conflicts/{}/",)),),
        ),
        Shown(
            OrderProposal,
            duties=("workorders.dispatch",),
            spread=(WorkOrder,),
            reaches=holds("workorders.dispatch", "dispatcher_id", order=True),
            doors=(Door("official", ("/desk/workorders/proposals/{}/",)),),
        ),
        Shown(
            CrewTeam,
            duties=("workorders.dispatch",),
            spread=(CrewTeam,),
            reaches=holds("workorders.dispatch"),
            doors=(
                Door(
                    "official",
                    ("/desk/workorders/teams/",),
                    TEAM,
                    duties=("workorders.dispatch",),
                ),
                Door("official", ("/desk/workorders/teams/{}/",)),
            ),
        ),
        Shown(
            RoutingEdition,
            duties=("workorders.route",),
            spread=(RoutingEdition,),
            reaches=holds("workorders.route"),
            doors=(
                Door(
                    "official",
                    ("/desk/workorders/routing/",),
                    EDITION,
                    duties=("workorders.route",),
                ),
                Door("official", ("/desk/workorders/routing/{}/",)),
            ),
        ),
    ),
)
