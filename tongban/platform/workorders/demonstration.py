"""What the demonstration's city shows of work orders: a command centre, crews, and what they did in some weeks."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.demonstration import Demonstration, Story, dice
from tongban.platform.deadlines.services import TimeLimit
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import CrewTeam, WorkOrder
from tongban.platform.workorders.picturing import picture
from tongban.platform.workorders.services import PhoneStamp

PLAN = {
    "role": [
        {
            "key": "order-dispatcher",
            "name": "工单派遣员",
            "portal": "desk",
            "duties": ["workorders.dispatch", "workorders.route"],
        },
        {"key": "order-verifier", "name": "工单核查员", "portal": "crew", "duties": ["workorders.verify"]},
        {"key": "inspector", "duties": ["workorders.handle"]},
    ],
    "official": [
        {
            "login": "meng.lei",
            "name": "孟磊",
            "says": "城市管理局工单派遣员",
            "positions": [{"department": "urban-management", "role": "order-dispatcher"}],
        },
        {
            "login": "kong.yi",
            "name": "孔怡",
            "says": "工单核查员（手机）",
            "positions": [{"department": "government-services", "role": "order-verifier"}],
        },
    ],
}
DATA = Path(__file__).parent / "data" / "demonstration.toml"
CREWS = {"urban-management": "fang.lei", "health": "tang.yu", "fire-rescue": "he.lan"}
# So many days before the city is opened the first order was raised; then one every so many hours.
DAYS, HOURS = 26, 14


def stories(city: Demonstration, number: int) -> Iterator[Story]:
    """Tell how orders were raised in the last weeks, and how far each has come."""
    if number:
        data, last = tomllib.loads(DATA.read_text(encoding="utf-8")), clock.now()
        first = last - timedelta(days=DAYS)
        yield _founding(data, first)
        for turn in range(1, DAYS * 24 // HOURS):
            yield _order(data, turn, first + timedelta(hours=HOURS * turn), last)


def _founding(data: Mapping[str, Any], moment: datetime) -> Story:
    yield moment
    _found(data)


def _order(data: Mapping[str, Any], turn: int, moment: datetime, last: datetime) -> Story:
    fall = dice(f"workorders {turn}")
    yield moment
    order = _raised(data, turn, fall)
    for hours, act in _course(data, turn, fall):
        if moment + timedelta(hours=hours) > last:
            return
        yield moment + timedelta(hours=hours)
        order = act(order)


def _found(data: Mapping[str, Any]) -> None:
    """Form teams, and publish the first rules."""
    dispatcher = _actor("meng.lei")
    centre = Department.objects.get(key="urban-management")
    for row in data["team"]:
        team: CrewTeam = workorders.form_team(
            actor=dispatcher, department=centre, name=row["name"], purpose=row.get("purpose", "")
        )
        workorders.join(actor=dispatcher, team=team, member=Account.objects.get(login="fang.lei"))
    draft = workorders.draft_rules(actor=dispatcher, department=centre, rows=data["rule"])
    workorders.try_rules(actor=dispatcher, edition=draft)
    workorders.publish_rules(actor=dispatcher, edition=draft, valid_from=clock.today(), reason=data["rules_reason"])


def _raised(data: Mapping[str, Any], number: int, fall: Random) -> WorkOrder:
    row, place = data["order"][number % len(data["order"])], fall.choice(data["place"])
    return workorders.raise_order(
        actor=_actor("meng.lei"),
        dispatcher=Department.objects.get(key="urban-management"),
        verifier=Department.objects.get(key="government-services"),
        kind=row["kind"],
        title=row["title"],
        words=row["words"],
        area=place["area"],
        address=place["address"],
        latitude=round(place["latitude"] + fall.uniform(-0.004, 0.004), 6),
        longitude=round(place["longitude"] + fall.uniform(-0.004, 0.004), 6),
        crs="CGCS2000",
        owner=row.get("owner", ""),
        urgency=row.get("urgency", "normal"),
        key=f"demonstration:{number}",
    )


def _course(data: Mapping[str, Any], number: int, fall: Random) -> Iterator[tuple[float, Any]]:
    """Yield after how many hours what is done with an order: most are closed, some come to each other state."""
    place = PhoneStamp(latitude=30.5731, longitude=104.0672, accuracy_m=8)
    said, late = fall.choice(data["done"]), fall.randrange(6) == 0
    turn = number % 12
    yield 0.5, _by_hand
    if turn == 10:
        yield 2, lambda order: workorders.return_order(actor=_crew(order), order=order, words=data["returned"])
        return
    yield 1, lambda order: workorders.accept(actor=_crew(order), order=order)
    if turn == 11:
        yield 3, lambda order: workorders.hang_up(actor=_actor("meng.lei"), order=order, words=data["hung_up"])
        return
    if turn == 7:
        yield 1.5, lambda order: _asked(order, data)
    yield 2 + 60 * late, lambda order: workorders.arrive(actor=_crew(order), order=order, stamp=place)
    yield 3 + 60 * late, lambda order: _finished(order, said, place)
    if turn == 5:
        yield (
            5 + 60 * late,
            lambda order: workorders.send_back(actor=_actor("kong.yi"), order=order, words=data["again"]),
        )
        yield 24 + 60 * late, lambda order: _finished(order, said, place)
    if turn == 9:
        return
    yield 26 + 60 * late, lambda order: workorders.verify(actor=_actor("kong.yi"), order=order, words=data["verified"])


def _by_hand(order: WorkOrder) -> WorkOrder:
    """Dispatch what no rule fitted."""
    if order.state != "new":
        return order
    there = Department.objects.get(key="urban-management")
    return workorders.dispatch(actor=_actor("meng.lei"), order=order, department=there)


def _finished(order: WorkOrder, words: str, place: PhoneStamp) -> WorkOrder:
    actor = _crew(order)
    for side in ("before", "after"):
        workorders.add_photo(
            actor=actor, order=order, file=picture(side, order.pk), side=side, name=f"{side}.png", stamp=place
        )
    return workorders.finish(actor=actor, order=order, words=words, stamp=place)


def _asked(order: WorkOrder, data: Mapping[str, Any]) -> WorkOrder:
    workorders.propose(
        actor=_crew(order), order=order, kind="extend", more=TimeLimit(2, "workday"), words=data["more_time"]
    )
    return order


def _crew(order: WorkOrder) -> Actor:
    return _actor(CREWS[order.department.key])


def _actor(login: str) -> Actor:
    return identity.actor_of(Account.objects.get(login=login))
