"""Inviting, rating, answering: through the verbs."""

import shutil
from datetime import UTC, date, datetime

import pytest

from tongban.applications.ratings import services as ratings
from tongban.applications.ratings.models import FollowUp, Rating, Tally
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.platform.notices.models import Notice

COUNTED = ("asked", "given", "good", "low", "answered")


def counted(tally):
    return {name: getattr(tally, name) for name in COUNTED}


def low(city, rating, **said):
    return ratings.rate(actor=city.actor("agent"), rating=rating, grade="5", reasons=["late"], **said)


@pytest.mark.requirement("APP-S-30")
def test_a_completed_case_asks_its_applicant_once_with_a_link_in_the_inbox(city, rating):
    again = ratings.invite(case=rating.case)

    notice = Notice.objects.about(f"rating:{rating.pk}").get()
    assert again == rating
    assert (notice.party, notice.url) == (city.people["company"], f"/ratings/{rating.uid}/")
    assert (rating.asked_on, rating.closes_on) == (date(2026, 3, 2), date(2026, 4, 1))


def test_a_case_that_is_not_completed_is_not_asked_about(city):
    with pytest.raises(ratings.NotCompleted):
        ratings.invite(case=city.submitted())


def test_silence_counts_as_nothing(city, rating):
    assert counted(Tally.objects.get()) == {"asked": 1, "given": 0, "good": 0, "low": 0, "answered": 0}
    assert Tally.objects.get().good_percent is None


def test_a_good_grade_is_kept_with_its_stars_and_opens_nothing(city, rating):
    rating = ratings.rate(actor=city.actor("agent"), rating=rating, grade="2", reasons=["late"], words="很快。")

    assert (rating.grade, rating.stars, rating.reasons, rating.words) == ("2", 4, [], "很快。")
    assert not FollowUp.objects.exists()
    assert Tally.objects.get().good_percent == 100


def test_the_journal_knows_that_somebody_rated_and_not_how(city, rating):
    low(city, rating)

    fact = Fact.objects.get(name="ratings.RatingGiven")
    assert fact.data == {"rating": rating.pk, "service": "food-business"}


@pytest.mark.requirement("APP-S-30", "USR-10")
def test_a_low_grade_comes_back_to_the_department_and_its_answer_to_the_person(city, rating):
    rating = low(city, rating, words="等了很久。")
    follow_up = FollowUp.objects.for_rating(rating)

    ratings.answer(actor=city.actor("carer"), follow_up=follow_up, measures="已增加窗口。")

    assert follow_up.due_on == date(2026, 3, 23)
    assert counted(Tally.objects.get()) == {"asked": 1, "given": 1, "good": 0, "low": 1, "answered": 1}
    notice = Notice.objects.about(f"rating:{rating.pk}").last()
    assert "已增加窗口。" in notice.body
    assert notice.party == city.people["company"]


@pytest.mark.parametrize("who", ["citizen", "stranger", "carer", "approver", "clerk"])
def test_only_the_applicant_rates(city, rating, who):
    with pytest.raises(NotAllowed):
        ratings.rate(actor=city.actor(who), rating=rating, grade="1")


def test_the_house_itself_never_rates(city, rating):
    with pytest.raises(NotAllowed):
        ratings.rate(actor=SYSTEM, rating=rating, grade="1")


def test_a_case_is_rated_once(city, rating):
    low(city, rating)

    assert low(city, rating).stars == 1
    with pytest.raises(ratings.RatedAlready):
        ratings.rate(actor=city.actor("agent"), rating=rating, grade="1")
    assert Tally.objects.get().given == 1


def test_the_window_closes(city, rating):
    with clock.at(datetime(2026, 4, 1, 15, tzinfo=UTC)):  # 23:00 of the last day where the city is
        ratings.rate(actor=city.actor("agent"), rating=rating, grade="1")
    Rating.objects.update(grade="", stars=None, rated_on=None)

    with clock.at(datetime(2026, 4, 1, 17, tzinfo=UTC)), pytest.raises(ratings.RatingClosed):
        ratings.rate(actor=city.actor("agent"), rating=rating, grade="1")


def test_a_low_grade_without_a_reason_is_told_at_its_field(city, rating):
    with pytest.raises(Invalid) as refusal:
        ratings.rate(actor=city.actor("agent"), rating=rating, grade="4")

    assert list(refusal.value.errors) == ["reasons"]


def test_another_department_does_not_answer(city, rating):
    follow_up = FollowUp.objects.for_rating(low(city, rating))

    with pytest.raises(NotAllowed):
        ratings.answer(actor=city.actor("neighbour"), follow_up=follow_up, measures="好了。")


def test_a_low_grade_is_answered_once_and_in_words(city, rating):
    follow_up = FollowUp.objects.for_rating(low(city, rating))

    with pytest.raises(Invalid):
        ratings.answer(actor=city.actor("carer"), follow_up=follow_up, measures=" ")
    ratings.answer(actor=city.actor("carer"), follow_up=follow_up, measures="已整改。")
    with pytest.raises(ratings.AnsweredAlready):
        ratings.answer(actor=city.actor("carer"), follow_up=follow_up, measures="再整改。")


def test_a_city_may_bring_terms_of_its_own(settings, tmp_path):
    own = tmp_path / "terms.toml"
    shutil.copy(ratings.SHIPPED, own)
    own.write_text(own.read_text().replace("window_days = 30 ", "window_days = 10 "))
    settings.RATINGS_TERMS_FILE = str(own)

    assert ratings.terms(date(2026, 3, 2)).window_days == 10


@pytest.mark.django_db
def test_every_grade_of_the_code_list_has_its_stars(city):
    assert [(code, stars) for code, _name, stars in ratings.grades()] == [
        ("1", 5),
        ("2", 4),
        ("3", 3),
        ("4", 2),
        ("5", 1),
    ]


def test_the_tally_is_what_counting_the_rows_gives(city, rating):
    low(city, rating)
    rows = Rating.objects.all()

    assert counted(Tally.objects.get()) == {
        "asked": rows.count(),
        "given": rows.exclude(grade="").count(),
        "good": rows.filter(stars__gte=3).count(),
        "low": rows.filter(stars__lt=3).count(),
        "answered": FollowUp.objects.answered().count(),
    }
