"""The pages and the endpoint: who comes in, and what they see."""

from datetime import timedelta

import pytest

from tongban.applications.ratings import services as ratings
from tongban.applications.ratings.models import FollowUp, Rating
from tongban.applications.ratings.tests.conftest import MORNING
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock

LOW = {"grade": "5", "reasons": ["late"], "words": "等了很久。"}


def text(answer):
    return answer.content.decode()


def test_nothing_is_chosen_beforehand(city, rating):
    page = text(city.browser("agent").get(f"/ratings/{rating.uid}/"))

    assert "非常满意（5星）" in page
    assert "checked" not in page


@pytest.mark.requirement("APP-S-30")
def test_a_person_rates_and_reads_what_became_of_it(city, rating):
    person, desk = city.browser("agent"), city.browser("carer")
    url = f"/ratings/{rating.uid}/"
    assert person.post(url, LOW).status_code == 302
    assert "2026年3月23日" in text(person.get(url))

    listed = text(desk.get("/desk/ratings/"))
    follow_up = FollowUp.objects.get()
    dossier = text(desk.get(f"/desk/ratings/{follow_up.uid}/"))
    assert rating.case.number in listed
    assert "等了很久。" in dossier
    assert city.people["company"].name not in listed + dossier
    assert desk.post(f"/desk/ratings/{follow_up.uid}/", {"measures": "已增加窗口。"}).status_code == 302

    assert "已增加窗口。" in text(person.get(url))
    assert "已增加窗口。" in text(desk.get(f"/desk/ratings/{follow_up.uid}/"))
    assert rating.case.number in text(desk.get("/desk/ratings/?answered=1"))


def test_a_fault_is_told_and_nothing_typed_is_lost(city, rating):
    answer = city.browser("agent").post(f"/ratings/{rating.uid}/", {"words": "还可以。"})
    without_reason = city.browser("agent").post(f"/ratings/{rating.uid}/", {"grade": "5"})

    assert answer.status_code == without_reason.status_code == 422
    assert "还可以。" in text(answer)
    assert "请至少选择一项原因" in text(without_reason)
    assert not Rating.objects.get().grade


def test_a_second_opinion_is_refused_in_words(city, rating):
    browser = city.browser("agent")
    browser.post(f"/ratings/{rating.uid}/", LOW)

    answer = browser.post(f"/ratings/{rating.uid}/", {"grade": "1"})

    assert answer.status_code == 422
    assert "一事一评" in text(answer)


@pytest.mark.parametrize("who", ["stranger", "citizen", "carer"])
def test_somebody_elses_rating_is_not_there_and_the_attempt_is_kept(city, rating, who):
    assert city.browser(who).get(f"/ratings/{rating.uid}/").status_code == 404
    assert Fact.objects.filter(name="identity.AccessDenied", data__what="rating").exists()


def test_another_department_sees_nothing_of_a_low_grade(city, rating):
    ratings.rate(actor=city.actor("agent"), rating=rating, grade="5", reasons=["late"])
    desk = city.browser("neighbour")

    assert rating.case.number not in text(desk.get("/desk/ratings/"))
    assert desk.get(f"/desk/ratings/{FollowUp.objects.get().uid}/").status_code == 404
    assert city.browser("reviewer").get("/desk/ratings/").status_code == 403


@pytest.mark.requirement("APP-S-30")
def test_anyone_reads_the_figures_and_nobodys_name(client, city, rating):
    assert "—" in text(client.get("/ratings/"))

    ratings.rate(actor=city.actor("agent"), rating=rating, grade="1", words="很快。")
    page = text(client.get("/ratings/"))

    assert "100.0%" in page
    assert "食品经营许可" in text(client.get("/ratings/?department=market-regulation"))
    assert "食品经营许可" not in text(client.get("/ratings/?department=health"))
    assert not any(word in page for word in ("禾香", "周文博", "很快", rating.case.number))


def test_a_cursor_that_is_none_is_named(client, db):
    answer = client.get("/api/v1/ratings/figures?before=xyz")

    assert answer.status_code == 422
    assert [name.rpartition(".")[2] for name in answer.json()["errors"]] == ["after"]


def test_the_figures_keep_their_name_in_the_description(client, db):
    described = client.get("/api/v1/openapi.json").json()

    assert described["paths"]["/api/v1/ratings/figures"]["get"]["operationId"] == "ratings_figures"


def test_machines_read_the_figures_without_a_key(client, city, rating):
    before = client.get("/api/v1/ratings/figures").json()
    ratings.rate(actor=city.actor("agent"), rating=rating, grade="5", reasons=["late"])

    figure = client.get("/api/v1/ratings/figures?department=market-regulation").json()["items"][0]

    assert before["items"][0]["good_percent"] is None
    assert (figure["service"], figure["given"], figure["low"], figure["good_percent"]) == ("food-business", 1, 1, 0.0)


@pytest.mark.found("B15")
def test_case_and_list_lead_straight_to_rating_until_it_is_rated(city, rating):
    person, case, address = city.browser("agent"), f"/cases/{rating.case.uid}/", f'href="/ratings/{rating.uid}/"'
    for page in (text(person.get(case)), text(person.get("/cases/"))):
        assert address in page
        assert "评价本次服务" in page

    person.post(f"/ratings/{rating.uid}/", {"grade": "1"})

    for page in (text(person.get(case)), text(person.get("/cases/"))):
        assert "评价本次服务" not in page
        assert address in page
        assert "您的评价：非常满意（5星）" in page


@pytest.mark.found("B15")
def test_nobody_is_led_to_a_rating_whose_time_is_over(city, rating):
    with clock.at(MORNING + timedelta(days=400)):
        assert ratings.asked([rating.case_id]) == {}


@pytest.mark.found("B15")
def test_whoever_rates_acts_in_the_name_the_case_belongs_to(city, rating):
    person = city.browser("agent")
    session = person.session
    del session["parties.chosen"]
    session.save()

    assert f"您现在代{rating.party.name}办理" in text(person.get(f"/ratings/{rating.uid}/"))
    assert city.browser("citizen").get(f"/ratings/{rating.uid}/").status_code == 404
