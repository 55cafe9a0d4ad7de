"""The doors: what the supervised see and do not see, what who supervises does, what everyone reads."""

import re
from datetime import timedelta

import pytest

from tongban.applications.oversight import schedule
from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import SupervisionCard, SupervisionOrder
from tongban.applications.oversight.tests.conftest import at, heard
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.parties import services as parties


def text(response):
    return response.content.decode()


@pytest.fixture
def card(city):
    """The card of a case that was promised for a day and not decided by then; on the day after."""
    with clock.at(at(3, 2)):
        case = heard(city.accepted())
    day = case.promised_due_on + timedelta(days=1)
    with clock.at(at(day.month, day.day)):
        schedule.look_around()
        yield SupervisionCard.objects.of(case.pk).get(rule="overdue")


def test_the_office_answers_its_card_and_reading_it_is_a_fact(city, card):
    browser = city.browser("answerer")

    assert "超过承诺时限" in text(browser.get("/desk/oversight/"))
    assert "到期未作出决定" in text(browser.get(f"/desk/oversight/{card.uid}/"))
    browser.post(f"/desk/oversight/{card.uid}/", {"words": "系统升级期间积压，已加派人员。"})

    assert SupervisionCard.objects.get(pk=card.pk).state == "answered"
    told = Fact.objects.about(card.subject).values_list("name", "actor")
    assert ("oversight.CardOpened", "answerer") in told
    assert ("oversight.CardAnswered", "answerer") in told


def test_what_was_typed_stays_where_it_is_refused(city, card):
    oversight.answer(actor=city.actor("answerer"), card=card, words="已加派人员。")

    page = city.browser("answerer").post(f"/desk/oversight/{card.uid}/", {"words": "还有一句。"})

    assert page.status_code == 422
    assert "还有一句。" in text(page)
    assert "目前无需答复" in text(page)


@pytest.mark.parametrize("page", ["supervision/", "supervision/sheet/", "supervision/rules/", "supervision/process/"])
def test_the_supervised_see_neither_rules_nor_the_pages_of_who_supervises(city, card, page):
    assert city.browser("answerer").get(f"/desk/oversight/{page}").status_code == 403


@pytest.mark.parametrize("verb", ["close", "return", "raise"])
def test_the_supervised_have_no_page_to_silence_a_card(city, card, verb):
    browser = city.browser("answerer")

    page = browser.post(f"/desk/oversight/{card.uid}/{verb}/", {"words": "不属实。", "outcome": "unfounded"})

    assert page.status_code == 403
    assert f"/{verb}/" not in text(browser.get(f"/desk/oversight/{card.uid}/"))


def test_another_department_finds_nothing(city, card):
    assert city.browser("neighbour").get(f"/desk/oversight/{card.uid}/").status_code == 404
    assert "超过承诺时限" not in text(city.browser("neighbour").get("/desk/oversight/"))


def test_who_supervises_closes_a_card_with_a_reason(city, card):
    browser = city.browser("supervisor")
    without = browser.post(f"/desk/oversight/{card.uid}/close/", {"outcome": "explained", "words": ""})

    browser.post(f"/desk/oversight/{card.uid}/close/", {"outcome": "explained", "words": "情况属实。"})

    assert without.status_code == 422
    closed = SupervisionCard.objects.get(pk=card.pk)
    assert (closed.state, closed.outcome) == ("closed", "explained")
    page = text(browser.get(f"/desk/oversight/{card.uid}/"))
    assert "说明属实，予以认可" in page
    assert "情况属实。" in page


def test_who_supervises_raises_a_card(city, card):
    browser = city.browser("supervisor")

    lower = browser.post(f"/desk/oversight/{card.uid}/raise/", {"grade": "notice", "words": "算了。"})
    browser.post(f"/desk/oversight/{card.uid}/raise/", {"grade": "advice", "words": "屡次发生。"})

    assert lower.status_code == 422
    assert SupervisionCard.objects.get(pk=card.pk).grade == "advice"


def test_rules_stand_with_threshold_source_and_day_for_who_supervises(city, card):
    page = text(city.browser("supervisor").get("/desk/oversight/supervision/rules/"))

    assert "percent = 90" in page
    assert "《中华人民共和国行政许可法》第三十二条" in page


def test_a_department_is_asked_answers_and_hears_what_came_of_it(city, card):
    asks, answers = city.browser("supervisor"), city.browser("answerer")
    asked = {
        "department": "market-regulation",
        "title": "核查超期办件",
        "question": "请说明原因。",
        "due_on": "2026-04-30",
        "number": card.case.number,
    }

    asks.post("/desk/oversight/supervision/orders/new/", asked)
    order = SupervisionOrder.objects.get()
    assert "核查超期办件" in text(answers.get("/desk/oversight/orders/"))
    answers.post(f"/desk/oversight/orders/{order.uid}/", {"words": "已于今日办结。"})
    asks.post(f"/desk/oversight/orders/{order.uid}/return/", {"words": "请附办结时间。", "due_on": "2026-05-08"})
    answers.post(f"/desk/oversight/orders/{order.uid}/", {"words": "于今日十点办结。"})
    asks.post(f"/desk/oversight/orders/{order.uid}/conclude/", {"words": "已整改。"})

    order = SupervisionOrder.objects.get()
    assert (order.state, order.turn, order.case) == ("closed", 2, card.case)
    assert "已整改。" in text(answers.get(f"/desk/oversight/orders/{order.uid}/"))


def test_an_order_that_nobody_answers_gets_a_card(city, card):
    asks = city.browser("supervisor")
    asked = {"department": "market-regulation", "title": "核查", "question": "请说明。", "due_on": "2026-03-20"}
    asks.post("/desk/oversight/supervision/orders/new/", asked)

    with clock.at(at(3, 23)):
        schedule.look_around()
        schedule.look_around()

    assert SupervisionCard.objects.filter(rule="order-overdue").count() == 1


def test_every_figure_of_the_sheet_leads_to_its_cards(city, card):
    browser = city.browser("supervisor")

    page = text(browser.get("/desk/oversight/supervision/sheet/?month=2026-03&department=market-regulation"))
    behind = text(browser.get("/desk/oversight/supervision/behind/?month=2026-03&department=market-regulation"))

    assert "/desk/oversight/supervision/behind/?month=2026-03&amp;department=market-regulation" in page
    assert "/desk/cases/figures/cases/?from=2026-03" in page
    assert str(card.uid) in behind
    assert Fact.objects.named("oversight.SheetOpened").newest().data["department"] == "market-regulation"


def test_who_supervises_one_department_sees_no_other(city, card):
    browser = city.browser("half-supervisor")

    assert str(card.uid) not in text(browser.get("/desk/oversight/supervision/"))
    assert "market-regulation" not in text(browser.get("/desk/oversight/supervision/sheet/?month=2026-03"))


def test_how_cases_go_is_drawn_and_said_in_a_table(city, card):
    page = text(city.browser("supervisor").get("/desk/oversight/supervision/process/?service=food-business"))

    assert "<svg" in page
    assert "环节衔接" in page
    assert "该事项没有办件" in text(city.browser("half-supervisor").get("/desk/oversight/supervision/process/"))


def test_everyone_reads_figures_by_department_and_no_name(city, card, client):
    page = text(client.get("/oversight/"))
    found = client.get("/api/v1/oversight/figures").json()

    assert "云泽市market-regulation局" in page
    assert not any(account.name in page for account in city.accounts.values() if account.kind == "staff")
    assert {one["department_key"]: one["yellow"] for one in found["items"]} == {
        "market-regulation": 2,
        "fire-rescue": 1,
    }


@pytest.mark.requirement("APP-R-15")
def test_whoever_is_nobody_s_reads_how_the_city_works(city, client):
    """Law, limits, fees and remedies of an item, its changes, each decision, figures, and how far a case is."""
    with clock.at(at(3, 2)):
        case = heard(city.decided())
        guide = text(client.get("/catalogue/guide/food-business/"))
        assert all(said in guide for said in ("中华人民共和国食品安全法", "承诺", "不收费", "行政复议", "投诉"))
        assert "食品经营许可" in text(client.get("/catalogue/changes/"))
        published = text(client.get("/cases/public/", {"q": case.number}))
        uid = re.findall(r"/cases/public/(\w+)/", published)[0]
        assert "准予许可" in text(client.get(f"/cases/public/{uid}/"))
        asked = client.post("/cases/query/", {"number": case.number, "query_code": case.query_code})
        assert "食品经营许可" in text(asked)
        assert "云泽市market-regulation局" in text(client.get("/oversight/"))


@pytest.mark.requirement("APP-R-14")
def test_functions_are_supervised_for_integrity_diligence_and_what_comes_of_it(city, card):
    """A decision about oneself is found (integrity), so is a limit that passed (diligence); a department is asked and
    says what it did (pragmatism); and the month's sheet names department and official."""
    with clock.at(at(3, 20)):
        own = heard(city.examined())
    with clock.at(at(3, 21)):
        cases.decide(actor=city.actor("approver"), task=city.task(own, "approve"), granted=True, reason="符合条件。")
        number = {"name": "赵国清", "id_number": "990102197001010016", "area": "990102"}
        person = parties.register_person(actor=SYSTEM, account=city.accounts["approver"], **number)
        parties.give_mandate(actor=SYSTEM, principal=city.people["company"], agent=person, source="register")
        heard(own)
    rules = {(found.rule, found.department.key) for found in SupervisionCard.objects.select_related("department")}
    assert ("conflict", "market-regulation") in rules
    assert ("overdue", "market-regulation") in rules

    asks, answers = city.browser("supervisor"), city.browser("answerer")
    asked = {"department": "market-regulation", "title": "积压", "question": "为何超期？", "due_on": "2026-04-20"}
    asks.post("/desk/oversight/supervision/orders/new/", asked)
    order = SupervisionOrder.objects.get()
    answers.post(f"/desk/oversight/orders/{order.uid}/", {"words": "已增派人员，积压办件全部办结。"})
    order.refresh_from_db()
    assert order.state == "answered"
    sheet = text(asks.get("/desk/oversight/supervision/sheet/?month=2026-03&department=market-regulation"))
    assert "云泽市market-regulation局" in sheet
    assert SupervisionCard.objects.get(rule="conflict").official in sheet
