"""Double click, back button, reload, two windows: done once, and the second answer leads to the first one's result."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import FLOOR_PLAN, POINTS, Cast, on_site, upload
from tests.faults.hostile_inputs import send
from tests.faults.html_page import Page
from tongban.infrastructure.journal.models import Fact
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Material
from tongban.platform.letters.models import Letter
from tongban.platform.workflow.models import Task

BEGIN = "/cases/begin/food-business/"


def facts_of(case: Case, name: str) -> int:
    return int(Fact.objects.filter(subject=case.subject, name=f"cases.{name}").count())


def fields(page: Page, **typed: str) -> list[tuple[str, str]]:
    """Return what the forms of a page would send, with what somebody typed."""
    held = [(name, value) for name, values in page.controls.items() for value in values]
    return [pair for pair in held if pair[0] not in typed] + list(typed.items())


@pytest.fixture
def browser(cast: Cast) -> Client:
    return cast.browser("agent")


def test_a_begin_button_pressed_twice_leads_to_one_draft(browser):
    page = Page(browser.get(BEGIN))

    first, second = (send(browser, BEGIN, fields(page)) for _time in range(2))

    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_two_windows_that_begin_lead_to_one_draft(browser):
    pages = [Page(browser.get(BEGIN)) for _window in range(2)]

    goals = {send(browser, BEGIN, fields(page))["Location"] for page in pages}

    assert pages[0].controls["once"] != pages[1].controls["once"]
    assert len(goals) == 1
    assert Case.objects.count() == 1


def test_going_back_to_the_begin_button_after_handing_in_leads_to_what_was_handed_in(cast, browser):
    page = Page(browser.get(BEGIN))
    send(browser, BEGIN, fields(page))
    case = cast.draft()
    cases.submit(actor=cast.actor("agent"), uid=case.uid, declared=True)

    again = send(browser, BEGIN, fields(page))
    anew = send(browser, BEGIN, fields(Page(browser.get(BEGIN))))

    assert again["Location"] == f"/cases/{case.uid}/submitted/"
    assert case.uid not in anew["Location"], "whoever opens the page anew wants another one"
    assert Case.objects.count() == 2


@pytest.mark.parametrize("word", ["", "x", "9" * 16, "../../../../etc/x", "甲" * 16, "a" * 200])
def test_a_word_that_the_page_did_not_send_begins_all_the_same(browser, word):
    first, second = (send(browser, BEGIN, [("once", word)]) for _time in range(2))

    assert first.status_code == second.status_code == 302
    assert Case.objects.count() == 1


def test_nobody_reaches_anothers_application_by_its_word(cast, browser):
    page = Page(browser.get(BEGIN))
    mine = send(browser, BEGIN, fields(page))["Location"]
    service = "/cases/begin/food-business/"

    other = send(cast.browser("stranger"), service, fields(page))

    assert other.status_code in {403, 404, 409} or mine not in other["Location"]


def test_handing_in_twice_gives_one_number_and_one_receipt(cast, browser):
    case = cast.draft()
    address = f"/cases/{case.uid}/review/"
    page = Page(browser.get(address))

    answers = [send(browser, address, fields(page, declared="on")) for _time in range(3)]
    shown = {
        re.search(r"number confirmation__number\">([^<]+)<", Page(browser.get(a["Location"])).html)[1] for a in answers
    }

    assert {answer["Location"] for answer in answers} == {f"/cases/{case.uid}/submitted/"}
    assert shown == {Case.objects.get().number}
    assert facts_of(case, "CaseSubmitted") == 1
    assert Task.objects.of(case.subject).count() == 1


@pytest.mark.parametrize("door", ["fill/operator/", "materials/", "review/", "discard/", "move-on/"])
def test_whoever_goes_back_after_handing_in_is_led_to_where_the_case_stands(cast, browser, door):
    case = cast.submitted()

    answer = browser.get(f"/cases/{case.uid}/{door}", follow=True)

    assert answer.redirect_chain[-1][0] in {f"/cases/{case.uid}/", f"/cases/{case.uid}/submitted/"}
    assert case.number in Page(answer).text


@pytest.mark.parametrize("door", ["fill/operator/", "materials/", "discard/", "move-on/"])
def test_what_is_sent_to_an_application_that_was_handed_in_is_refused_and_changes_nothing(cast, browser, door):
    case = cast.submitted()
    materials = Material.objects.of(case).count()

    page = Page(
        browser.post(f"/cases/{case.uid}/{door}", {"contact_name": "别人", "code": "floor-plan", "revision": "1"})
    )

    assert page.status == 409
    assert "该申请已经提交" in page.text
    now = Case.objects.get(pk=case.pk)
    assert (now.answers, now.revision, now.state) == (case.answers, case.revision, "submitted")
    assert Material.objects.of(case).count() == materials


def test_a_step_saved_twice_from_one_page_is_told_and_not_lost(cast, browser):
    case = cast.draft(materials=False)
    address = f"/cases/{case.uid}/fill/operator/"
    page = Page(browser.get(address))

    first = send(browser, address, fields(page, contact_name="周文博"))
    second = Page(send(browser, address, fields(page, contact_name="周文博")))

    assert first.status_code == 302
    assert second.status == 422
    second.is_told_well()
    assert second.controls["contact_name"] == ["周文博"]
    assert send(browser, address, fields(second)).status_code == 302, "the page that told it goes on"


def test_a_draft_thrown_away_twice_is_gone_once(cast, browser):
    case = cast.draft(materials=False)

    answers = [browser.post(f"/cases/{case.uid}/discard/").status_code for _time in range(2)]

    assert answers == [302, 404]
    assert not Case.objects.exists()


def test_fetching_twice_brings_one_paper(city):
    citizen = city.browser("citizen")
    case = cases.begin(actor=city.actor("citizen"), service="flexible-employment")
    line = next(line["code"] for line in cases.plan_of(case.version).lines if line.get("fetch"))

    for _time in range(3):
        assert citizen.post(f"/cases/{case.uid}/materials/", {"code": line, "fetch": "1"}).status_code == 302
        assert citizen.get(f"/cases/{case.uid}/materials/").status_code == 200

    assert Material.objects.of(case).count() == 1


def test_a_supplement_handed_in_twice_is_one(cast, browser):
    case = cast.submitted()
    cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=POINTS)
    browser.post(f"/cases/{case.uid}/materials/", {"code": "floor-plan", "file": upload(FLOOR_PLAN)})
    page = Page(browser.get(f"/cases/{case.uid}/supplement/"))
    sent = [pair for pair in fields(page, note="已标明。") if pair[0] not in {"code", "remove"}]

    answers = [send(browser, f"/cases/{case.uid}/supplement/", sent) for _time in range(2)]

    assert {answer["Location"] for answer in answers} == {f"/cases/{case.uid}/"}
    assert facts_of(case, "CaseSupplemented") == 1
    assert Action.objects.of(case).filter(kind="supplemented").count() == 1


def test_an_application_taken_back_twice_is_taken_back_once_and_both_see_it(cast, browser):
    case = cast.submitted()

    pages = [
        Page(browser.post(f"/cases/{case.uid}/withdraw/", {"reason": "不办了"}, follow=True)) for _time in range(2)
    ]

    assert [page.status for page in pages] == [200, 200]
    assert "撤回" in pages[1].text
    assert facts_of(case, "CaseWithdrawn") == 1
    assert browser.get(f"/cases/{case.uid}/withdraw/")["Location"] == f"/cases/{case.uid}/"


OFFICE: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "accept": ("clerk", "counter", {"confirm": "1"}, "CaseAccepted"),
    "not accept": (
        "clerk",
        "counter",
        {"reason": "不属于本机关职权范围。", "confirm": "1"},
        "CaseNotAccepted",
    ),
    "opinion": ("reviewer", "desk", {"passed": "yes", "opinion": "资料齐全。"}, "OpinionGiven"),
    "finding": ("inspector", "crew", {}, "OpinionGiven"),
    "decision": ("approver", "desk", {"granted": "yes", "reason": "符合条件。", "confirm": "1"}, "CaseDecided"),
}


@pytest.mark.parametrize("what", OFFICE)
def test_an_official_who_presses_twice_is_told_that_it_is_done_and_by_whom(cast, what):
    who, portal, answer, fact = OFFICE[what]
    key = {"clerk": "accept", "reviewer": "review", "inspector": "inspect", "approver": "approve"}[who]
    case = {"accept": cast.submitted, "approve": cast.examined}.get(key, cast.accepted)()
    address = f"/{portal}/cases/tasks/{cast.task(case, key).uid}/"
    official = cast.browser(who)
    if what == "finding":
        answer = on_site(case)
        photos = answer.pop("photos")
        cases.add_site_photos(actor=cast.actor(who), task=cast.task(case, key), files=photos)
    sent = [*fields(Page(official.get(address)), **answer)]
    door = {"finding": "", "decision": "decide/"}.get(what, f"{what.replace(' ', '-')}/")

    first = send(official, f"{address}{door}", sent)
    second = Page(send(official, f"{address}{door}", sent))

    assert first.status_code == 302
    assert second.status == 409
    assert cast.accounts[who].name in second.text
    assert "无需再办理" in second.text
    assert facts_of(case, fact) == 1
    assert Letter.objects.about(case.subject).exclude(kind="receipt").count() <= 1
