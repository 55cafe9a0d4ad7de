"""What the laws need to know of ratings."""

from datetime import timedelta

from tests.copies import copies, earlier
from tests.samples import Sample
from tests.town import Town
from tongban.applications.ratings import services as ratings
from tongban.applications.ratings.models import FollowUp, Rating, Tally
from tongban.infrastructure.kernel import clock
from tongban.platform.cases.models import Case


def make(town: Town) -> None:
    """Ask how two completed cases were; one of them was badly."""
    asked, low = (ratings.invite(case=Case.objects.get(uid=town.ids[name])) for name in ("granted", "refused"))
    ratings.rate(actor=town.owner, rating=low, grade="5", words="没有说清楚要改什么。")
    town.name(rating=asked.uid, low_rating=FollowUp.objects.get(rating=low).uid)


def many(town: Town, number: int) -> None:
    rating, day = Rating.objects.get(uid=town.ids["rating"]), clock.today()
    free = Case.objects.filter(state="completed").exclude(pk__in=Rating.objects.values("case")).order_by("pk")
    cases = list(free.values_list("pk", flat=True)[: 2 * number])
    made = copies(rating, len(cases), case_id=lambda n: cases[n])
    low = FollowUp(department=rating.department, opened_on=day, due_on=day)
    waiting, answered = made[: len(made) // 2], made[len(made) // 2 :]
    copies(low, len(waiting), rating_id=lambda n: waiting[n].pk, due_on=lambda n: day + timedelta(days=n))
    copies(low, len(answered), rating_id=lambda n: answered[n].pk, answered_on=earlier(day))


sample = Sample(
    make=make,
    many=many,
    small=(Tally,),
    owned={"ratings/<uuid:uid>/": "rating"},
    office={"desk/ratings/<uuid:uid>/": "low_rating"},
    lists={"official": lambda town: ["/desk/ratings/?answered=1"]},
)
