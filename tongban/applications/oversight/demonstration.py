"""What the demonstration's city shows of supervision: who answers, who supervises, and what came of it so far."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from tongban.applications.oversight import schedule
from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import SupervisionCard, SupervisionOrder
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.demonstration import Demonstration, Story, dice
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department

PLAN = {
    "role": [
        {"key": "approver", "duties": ["oversight.answer"]},
        {"key": "window-clerk", "duties": ["oversight.answer"]},
        {"key": "leader", "duties": ["oversight.supervise"]},
    ]
}
DATA = Path(__file__).parent / "data" / "demonstration.toml"
# Every so many days the city is looked at; the worker of a house that runs does so every day.
EVERY_DAYS = 2
# So many of ten open cards are answered each time, and of ten answers so many are enough.
ANSWERED, ENOUGH = 2, 8
# Before so many days a department is asked something, and answers two days later.
ORDER_DAYS = 20


def stories(city: Demonstration, number: int) -> Iterator[Story]:
    """Tell how supervision looks at the city in the morning, offices answer, and cards are closed."""
    yield _mornings(city)


def _mornings(city: Demonstration) -> Story:
    data, fall = tomllib.loads(DATA.read_text()), dice("oversight")
    officials = [identity.actor_of(Account.objects.get(login=row["login"])) for row in city.plan["official"]]
    morning, last = city.founded + timedelta(days=10, minutes=30), clock.now()
    asked = False
    while True:
        morning += timedelta(days=EVERY_DAYS)
        yield morning
        schedule.look_around()
        _answers(officials, data, fall)
        _decisions(officials, data, fall)
        if not asked and last - morning < timedelta(days=ORDER_DAYS):
            asked = True
            _orders(officials, data)


def _answers(officials: list[Actor], data: Mapping[str, Any], fall: Random) -> None:
    for card in SupervisionCard.objects.in_state("open").order_by("pk"):
        actor = _holder(officials, "oversight.answer", card.department_id, card.area)
        if actor and fall.randrange(10) < ANSWERED:
            oversight.answer(actor=actor, card=card, words=fall.choice(data["answers"]))


def _decisions(officials: list[Actor], data: Mapping[str, Any], fall: Random) -> None:
    for card in SupervisionCard.objects.in_state("answered").order_by("pk"):
        actor = _holder(officials, "oversight.supervise", card.department_id, card.area)
        if actor is None or fall.randrange(3) == 0:
            continue
        if fall.randrange(10) < ENOUGH:
            outcome = fall.choice(("explained", "rectified"))
            oversight.close(actor=actor, card=card, outcome=outcome, words=fall.choice(data[outcome]))
        else:
            oversight.return_answer(actor=actor, card=card, words=data["returned"])


def _orders(officials: list[Actor], data: Mapping[str, Any]) -> None:
    """Ask the window something that it answers, and a department something that it still has to answer."""
    for row, key in zip(data["order"], ("government-services", "market-regulation"), strict=True):
        department = Department.objects.get(key=key)
        asker = _holder(officials, "oversight.supervise", department.pk, department.area)
        answerer = _holder(officials, "oversight.answer", department.pk, department.area)
        if asker is None or answerer is None:
            continue
        due_on = codes.calendar().add(clock.today(), 20)
        said = {"title": row["title"], "question": row["question"], "due_on": due_on}
        order: SupervisionOrder = oversight.ask(actor=asker, department=department, **said)
        if "answer" in row:
            oversight.answer_order(actor=answerer, order=order, words=row["answer"])
            oversight.conclude(actor=asker, order=order, words=row["result"])


def _holder(officials: list[Actor], duty: str, department: int, area: str) -> Actor | None:
    """Return the official who holds a duty there, whoever reaches the fewest departments; None where nobody does."""
    able = [actor for actor in officials if actor.holds(duty, department=department, area=area)]
    return min(able, key=lambda actor: max(len(grant.departments or ()) for grant in actor.grants), default=None)
