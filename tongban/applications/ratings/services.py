"""The verbs of ratings: invite, rate, answer."""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.ratings import rules
from tongban.applications.ratings.events import FollowUpAnswered, FollowUpOpened, RatingGiven, RatingInvited
from tongban.applications.ratings.models import FollowUp, Rating, Tally
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.platform.cases import ports
from tongban.platform.cases.models import Case
from tongban.platform.codes import services as codes
from tongban.platform.notices import services as notices
from tongban.platform.parties.models import Party

SHIPPED = Path(__file__).parent / "data" / "terms.toml"
GRADES = "satisfaction"

FAULTS = {
    "unknown-grade": gettext_lazy("Choose one of the grades."),
    "unknown-reason": gettext_lazy("Choose from the reasons listed."),
    "no-reason": gettext_lazy("Tick at least one reason, or say in your own words what went wrong."),
}


class NotCompleted(Refusal):
    message = gettext_lazy("Only a completed case can be rated.")


class RatedAlready(Refusal):
    message = gettext_lazy("You have already rated this case; each case can be rated only once.")


class RatingClosed(Refusal):
    message = gettext_lazy("This case could be rated until %(closes_on)s.")


class AnsweredAlready(Refusal):
    message = gettext_lazy("This rating has already been answered.")


def terms(on: date | None = None) -> rules.Terms:
    """Return the terms in force on a day, today by default."""
    return codes.in_force(_terms(settings.RATINGS_TERMS_FILE or SHIPPED), on or clock.today())


def grades() -> list[tuple[str, str, int]]:
    """Return (code, name, stars) of the grades, the best first."""
    stars = terms().stars
    return [(code, name, stars[code]) for code, name in codes.options(GRADES) if code in stars]


@transaction.atomic
def invite(*, case: Case) -> Rating:
    """Ask the applicant of a completed case how it was. Twice asks once. Raises NotCompleted."""
    case = Case.objects.get_with_related(case.pk)
    if case.state != Case.State.COMPLETED:
        raise NotCompleted()
    today = clock.today()
    rating, created = Rating.objects.get_or_create(
        case=case,
        defaults={
            "party": case.applicant,
            "service": case.version.service,
            "department": case.department,
            "asked_on": today,
            "closes_on": terms(today).closes_on(today),
        },
    )
    if created:
        Tally.objects.add(rating, asked=1)
        event = RatingInvited(rating.pk, case.pk, rating.closes_on.isoformat())
        journal.write(event, by=SYSTEM, subject=f"rating:{rating.pk}")
        _notify(
            rating,
            "invited",
            gettext_lazy("How was it? Rate “%(service)s”"),
            gettext_lazy(
                "You may rate case %(number)s until %(until)s if you wish. If you do not, nothing is counted."
            ),
            until=rating.closes_on,
        )
    return rating


@transaction.atomic
def rate(*, actor: Actor, rating: Rating, grade: str, reasons: Sequence[str] = (), words: str = "") -> Rating:
    """Say how it was, once; the same again changes nothing. A low grade goes to the department, which has to answer it.

    Raises NotAllowed (only the applicant rates), RatedAlready, RatingClosed, Invalid.
    """
    if not Rating.objects.visible_to(actor).filter(pk=rating.pk).exists():
        raise NotAllowed()
    rating = Rating.objects.select_for_update(of=("self",)).with_matter().get(pk=rating.pk)
    today = clock.today()
    rules_today = terms(today)
    if rating.grade:
        if (rating.grade, rating.words) == (grade, words.strip()):
            return rating
        raise RatedAlready()
    if today > rating.closes_on:
        raise RatingClosed(closes_on=rating.closes_on)
    if found := rules.faults(grade, reasons, words, rules_today):
        raise Invalid({field: [FAULTS[fault]] for field, fault in found.items()})
    good = rules_today.is_good(grade)
    rating.grade, rating.stars, rating.rated_on = grade, rules_today.stars[grade], today
    rating.reasons, rating.words = [] if good else list(reasons), words.strip()
    rating.save()
    Tally.objects.add(rating, given=1, good=int(good), low=int(not good))
    journal.write(RatingGiven(rating.pk, rating.service.code), by=actor, subject=f"rating:{rating.pk}")
    if not good:
        _open_follow_up(rating, today, rules_today.rectify_workdays)
    return rating


@transaction.atomic
def answer(*, actor: Actor, follow_up: FollowUp, measures: str) -> FollowUp:
    """Say what was put right; the person is told. Raises NotAllowed, AnsweredAlready, Invalid."""
    actor.must_hold("ratings.follow_up", department=follow_up.department_id, area=follow_up.area)
    follow_up = FollowUp.objects.select_for_update(of=("self",)).with_matter().get(pk=follow_up.pk)
    if follow_up.answered_on:
        raise AnsweredAlready()
    if not measures.strip():
        raise Invalid({"measures": [_("Say what was found and what was done about it.")]})
    follow_up.measures, follow_up.answered_on, follow_up.answered_by = measures.strip(), clock.today(), actor.account
    follow_up.save()
    Tally.objects.add(follow_up.rating, answered=1)
    event = FollowUpAnswered(follow_up.pk, follow_up.answered_on <= follow_up.due_on)
    journal.write(event, by=actor, subject=f"rating:{follow_up.rating_id}")
    _notify(
        follow_up.rating,
        "answered",
        gettext_lazy("Your rating of “%(service)s” was answered"),
        gettext_lazy("%(department)s writes about case %(number)s: %(measures)s"),
        department=lambda: follow_up.department.title,
        measures=follow_up.measures,
    )
    return follow_up


def counted(first: date, last: date, by: str, departments: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return how the cases of a period were rated, for the figures of the cases: group → (given, good)."""
    good = [code for code in terms().stars if terms().is_good(code)]
    found = Rating.objects.counted(first=first, last=last, by=by, departments=list(departments), good=good)
    return {f"{group:%Y-%m}" if isinstance(group, date) else str(group): counts for group, counts in found.items()}


def asked(cases: Iterable[int]) -> dict[int, ports.RatingRequest]:
    """Return where the applicants of these cases rate, and what they said; nothing where the time for it is over."""
    today = clock.today()
    return {
        rating.case_id: ports.RatingRequest(reverse("hall:ratings:rate", args=[rating.uid]), grade_of(rating))
        for rating in Rating.objects.among(cases)
        if rating.grade or today <= rating.closes_on
    }


def grade_of(rating: Rating) -> str:
    """Return the grade that was given in words, "" while there is none."""
    if rating.rated_on is None:
        return ""
    return graded(codes.name_of(GRADES, rating.grade, on=rating.rated_on), rating.stars or 0)


def graded(name: str, stars: int) -> str:
    return _("%(grade)s (%(stars)s stars)") % {"grade": name, "stars": stars}


def _open_follow_up(rating: Rating, today: date, workdays: int) -> None:
    follow_up = FollowUp.objects.create(
        rating=rating,
        department=rating.department,
        area=rating.case.area,
        opened_on=today,
        due_on=codes.calendar().add(today, workdays),
    )
    event = FollowUpOpened(follow_up.pk, rating.department.key, follow_up.due_on.isoformat())
    journal.write(event, by=SYSTEM, subject=f"rating:{rating.pk}")


def _notify(rating: Rating, occasion: str, title: StrOrPromise, body: StrOrPromise, **details: object) -> None:
    words = {"service": lambda: rating.service.title, "number": rating.case.number, **details}
    notices.send(
        to=Party.objects.get(pk=rating.party_id),
        **notices.in_both(title, body, words),
        url=reverse("hall:ratings:rate", args=[rating.uid]),
        subject=f"rating:{rating.pk}",
        service=rating.service.code,
        key=f"rating:{rating.pk}:{occasion}",
    )


@cache
def _terms(file: Path | str) -> tuple[rules.Terms, ...]:
    return rules.read(tomllib.loads(Path(file).read_text()))
