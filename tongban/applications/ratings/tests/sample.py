"""What the laws need to know of ratings."""

from datetime import timedelta

from tests.copies import copies, earlier
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.applications.ratings import services as ratings
from tongban.applications.ratings.models import FollowUp, Rating, Tally
from tongban.infrastructure.kernel import clock
from tongban.platform.cases.models import Case


def make(city: SampleCity) -> None:
    """Ask how two completed cases were; one of them was badly."""
    asked, low = (ratings.invite(case=Case.objects.get(uid=city.ids[name])) for name in ("granted", "refused"))
    ratings.rate(actor=city.owner, rating=low, grade="5", words="没有说清楚要改什么。")
    city.name(rating=asked.uid, low_rating=FollowUp.objects.get(rating=low).uid)


def many(city: SampleCity, number: int) -> None:
    rating, day = Rating.objects.get(uid=city.ids["rating"]), clock.today()
    free = Case.objects.filter(state="completed").exclude(pk__in=Rating.objects.values("case")).order_by("pk")
    cases = list(free.values_list("pk", flat=True)[: 2 * number])
    made = copies(rating, len(cases), case_id=lambda n: cases[n])
    low = FollowUp(department=rating.department, opened_on=day, due_on=day)
    spread = {"area": lambda n: AREAS[n % 3]}
    waiting, answered = made[: len(made) // 2], made[len(made) // 2 :]
    copies(low, len(waiting), rating_id=lambda n: waiting[n].pk, due_on=lambda n: day + timedelta(days=n), **spread)
    copies(low, len(answered), rating_id=lambda n: answered[n].pk, answered_on=earlier(day), **spread)


sample = Sample(
    make=make,
    many=many,
    small=(Tally,),
    owned={"ratings/<uuid:uid>/": "rating"},
    office={"desk/ratings/<uuid:uid>/": "low_rating"},
    lists={"official": lambda city: ["/desk/ratings/?answered=1"]},
    shown=(
        Shown(
            Rating,
            owns=lambda actor, party, services: Rating.objects.filter(
                party=party, **({"service__code__in": services} if services else {})
            ),
            doors=(Door("person", ("/ratings/{}/",), everyones=True),),
        ),
        Shown(
            FollowUp,
            duties=("ratings.follow_up",),
            spread=(FollowUp,),
            reaches=lambda actor, row: any(
                grant.duty == "ratings.follow_up" and grant.covers(row.department_id, row.area)
                for grant in actor.grants
            ),
            doors=(
                Door("official", ("/desk/ratings/",), r"/desk/ratings/([0-9a-f-]{36})/"),
                Door("official", ("/desk/ratings/{}/",)),
            ),
        ),
    ),
)
