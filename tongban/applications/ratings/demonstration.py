"""What people of the demonstration's city say of how they were served, and what the offices answer."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from tongban.applications.ratings import services as ratings
from tongban.applications.ratings.models import FollowUp, Rating
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.demonstration import Demonstration, Story, dice
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account

PLAN = {
    "role": [
        {"key": "approver", "duties": ["ratings.follow_up"]},
        {"key": "leader", "duties": ["ratings.follow_up"]},
    ]
}
DATA = Path(__file__).parent / "data" / "demonstration.toml"
# The department has thought about a low rating for so many days.
ANSWER_DAYS = 3
# So many low ratings are answered by then, as a share of one.
ANSWERED = 0.7


def stories(city: Demonstration, number: int) -> Iterator[Story]:
    """Tell how every evening some of those who were asked yesterday say how it was."""
    yield _evenings(city)


def _evenings(city: Demonstration) -> Story:
    data, fall = tomllib.loads(DATA.read_text()), dice("ratings")
    grades = [grade for grade, share in data["grades"].items() for _time in range(share)]
    officials = [row["login"] for row in city.plan["official"]]
    evening = city.founded + timedelta(hours=12)
    while True:
        evening += timedelta(days=1)
        yield evening
        today = clock.today()
        for rating in Rating.objects.filter(asked_on=today - timedelta(days=1), grade="").order_by("pk"):
            drawn = fall.randrange(100)
            if drawn < len(grades):
                _rate(rating, grades[drawn], data, fall)
        slow = today - timedelta(days=ANSWER_DAYS)
        for follow_up in FollowUp.objects.open().filter(opened_on=slow).order_by("pk"):
            if fall.random() < ANSWERED:
                measures = fall.choice(data["answers"])
                ratings.answer(actor=_official(follow_up, officials), follow_up=follow_up, measures=measures)


def _rate(rating: Rating, grade: str, data: Mapping[str, Any], fall: Random) -> None:
    good = ratings.terms().is_good(grade)
    words = fall.choice(data["good" if good else "low"])
    party = rating.party
    person = party.legal_representative or party
    actor = Actor("person", account=person.account_id, name=person.name, party=party.pk)
    reasons = [] if good else list(ratings.terms().reasons)[:1]
    ratings.rate(actor=actor, rating=rating, grade=grade, reasons=reasons, words=words)


def _official(follow_up: FollowUp, logins: Sequence[str]) -> Actor:
    """Return an official who answers for this department: whoever answers for the fewest."""
    actors = [identity.actor_of(Account.objects.get(login=login)) for login in logins]
    here, area = follow_up.department_id, follow_up.area
    able = [actor for actor in actors if actor.holds("ratings.follow_up", department=here, area=area)]
    return min(able, key=lambda actor: max(len(grant.departments or ()) for grant in actor.grants))
