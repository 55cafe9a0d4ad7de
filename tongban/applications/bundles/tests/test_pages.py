"""What people meet in the hall and at the desk."""

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import definition
from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication, BundleItem, Zone
from tongban.applications.bundles.tests.restaurant import ALONE, answers_to, official_of
from tongban.platform.cases import services as cases
from tongban.platform.workflow.models import Task

SENT = {"who": "sole-trader", "large": "false", "more": "false", "sign": "true"}
PLAN = definition("food-business") / "floor-plan-sample.pdf"


def page_of(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()[:800]
    return answer.content.decode()


def test_anybody_asks_what_applies_without_signing_in(shop):
    visitor = Client()
    assert "我要开餐馆" in page_of(visitor.get("/bundles/"))
    assert "以什么身份开店" in page_of(visitor.get("/bundles/open-restaurant/"))

    shown = page_of(visitor.get("/bundles/open-restaurant/which/", SENT))

    assert "要办3个事项" in shown
    assert "个人开店先登记为个体工商户" in shown
    assert "不用办理营业前消防安全检查" in shown
    assert "登录后一起申请" in shown
    assert not BundleApplication.objects.exists()


def test_a_questionnaire_that_is_not_complete_says_what_is_missing(shop):
    answer = Client().get("/bundles/open-restaurant/which/", {"who": "sole-trader", "_shown": "who large more sign"})

    assert answer.status_code == 422
    assert 'href="#q-large"' in answer.content.decode()


def test_the_search_and_the_start_page_lead_to_a_bundle(shop):
    assert "/bundles/open-restaurant/" in page_of(Client().get("/catalogue/search/", {"q": "我要开餐馆"}))
    assert "/bundles/open-restaurant/" in page_of(Client().get("/"))


def fields(answers, names):
    """Return what a browser sends of these answers."""
    sent = {}
    for name, value in answers.items():
        if name not in names or value is None:
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict):
            sent |= {
                f"{name}.{row}.{column}": cell for row, cells in enumerate(value) for column, cell in cells.items()
            }
        else:
            sent[name] = str(value).lower() if isinstance(value, bool) else value
    return sent


def test_somebody_opens_a_restaurant_page_by_page(shop):
    browser = shop.cast.browser("citizen")
    page = page_of(browser.get("/bundles/open-restaurant/which/", SENT))
    once = re.search(r'name="once" value="(\w+)"', page)[1]
    begun = browser.post("/bundles/open-restaurant/begin/", {**SENT, "once": once})
    assert browser.post("/bundles/open-restaurant/begin/", {**SENT, "once": once})["Location"] == begun["Location"]
    application = BundleApplication.objects.get()
    answers, at, seen = answers_to(application), begun["Location"], []
    while "/fill/" in at:
        seen.append(at.split("/")[-2])
        shown = page_of(browser.get(at))
        names = re.search(r'name="_shown" value="([^"]*)"', shown)[1].split()
        revision = re.search(r'name="revision" value="(\d+)"', shown)[1]
        sent = browser.post(at, {"_shown": " ".join(names), "revision": revision, **fields(answers, names)})
        for _new_questions in range(4):  # each follows from an answer to the one before
            if sent.status_code == 302:
                break
            names = re.search(r'name="_shown" value="([^"]*)"', sent.content.decode())[1].split()
            sent = browser.post(at, {"_shown": " ".join(names), "revision": revision, **fields(answers, names)})
        assert sent.status_code == 302, (at, re.findall(r"#q-[^<]*", sent.content.decode())[:6])
        at = sent["Location"]
        while "/confirm/" in at:
            checks = re.findall(r'name="confirm" value="([^"]+)"', page_of(browser.get(at)))
            at = browser.post(at, {"confirm": checks})["Location"]
    assert seen[0] == "common"
    assert seen[1].startswith("licence-")
    shown = page_of(browser.get(at))
    for code in re.findall(r'name="upload" value="([^"]+)"', shown):
        file = SimpleUploadedFile(f"{code}.pdf", PLAN.read_bytes(), "application/pdf")
        browser.post(at, {"upload": code, f"file-{code}": file})
    at = browser.post(at, {"continue": "1"})["Location"]
    shown = page_of(browser.get(at))
    assert "还有内容没有填完" not in shown
    assert "前置事项办成后自动提交" in shown
    handed_in = browser.post(at, {"declared": "on"})
    assert handed_in.status_code == 302, re.findall(r"<li>(.*?)</li>", handed_in.content.decode(), re.DOTALL)[:9]
    progress = page_of(browser.get(handed_in["Location"]))
    assert "等待前置事项" in progress
    assert "期限从那时起计算" in progress
    assert "我要开餐馆" in page_of(browser.get("/bundles/mine/"))


def test_the_situation_may_change_before_it_is_handed_in(shop):
    application = shop.filled(ALONE, by="citizen")
    browser = shop.cast.browser("citizen")

    changed = browser.post(f"/bundles/mine/{application.uid}/situation/", {**SENT, "sign": "false"})

    assert changed.status_code == 302
    assert [item.key for item in BundleItem.objects.of(application)] == ["licence", "food"]
    assert shop.again(application).answers["premises_address"] == "云泽市临湖区柳岸街188号1层"


def test_the_case_of_an_item_names_the_whole(shop):
    application = shop.submitted()
    case = shop.case(application, "food")

    assert f"/bundles/mine/{application.uid}/" in page_of(shop.cast.browser("agent").get(f"/cases/{case.uid}/"))


def test_all_results_lie_on_one_page(shop):
    application = shop.submitted()
    browser, address = shop.cast.browser("agent"), f"/bundles/mine/{application.uid}/results/"
    assert browser.get(address).status_code == 302
    for key in ("food", "fire", "sign"):
        shop.decide(shop.case(application, key))

    shown = page_of(browser.get(address))

    assert "食品经营许可证" in shown
    assert shown.count("panel--result") == 3
    assert shop.again(application).delivered_on


def test_requests_are_answered_on_their_page(shop):
    application = shop.submitted()
    for key, code in (("food", "floor-plan"), ("sign", "design")):
        task = Task.objects.of(shop.case(application, key).subject).open().get(key="accept")
        points = [{"material": code, "text": "看不清。"}]
        cases.request_supplement(actor=official_of("accept"), task=task, points=points)
    browser, address = shop.cast.browser("agent"), f"/bundles/mine/{application.uid}/supplement/"
    assert "在一页里统一补正" in page_of(browser.get(f"/bundles/mine/{application.uid}/"))
    shown = page_of(browser.get(address))
    assert shown.count("看不清。") == 2
    for code in ("food-floor-plan", "sign-design"):
        file = SimpleUploadedFile("新.pdf", PLAN.read_bytes(), "application/pdf")
        browser.post(address, {"_shown": "", "upload": code, f"file-{code}": file})

    answered = browser.post(address, {"_shown": "", "send": "1"})

    assert answered.status_code == 302, answered.content.decode()[:500]
    assert {shop.case(application, key).state for key in ("food", "sign")} == {"submitted"}


def test_the_leading_department_sees_the_whole_and_extends_it(shop):
    application = shop.submitted()
    shop.decide(shop.case(application, "sign"))
    lead, other = shop.cast.browser("lead"), shop.cast.browser("other_lead")

    assert application.number in page_of(lead.get("/desk/bundles/"))
    shown = page_of(lead.get(f"/desk/bundles/{application.uid}/"))
    assert "延长15个工作日" in shown
    assert lead.post(f"/desk/bundles/{application.uid}/extend/", {"reason": "需要会商。"}).status_code == 302
    assert "需要会商。" in page_of(lead.get(f"/desk/bundles/{application.uid}/"))
    assert application.number not in page_of(other.get("/desk/bundles/"))
    assert other.get(f"/desk/bundles/{application.uid}/").status_code == 404
    assert shop.cast.browser("stranger").get(f"/bundles/mine/{application.uid}/").status_code == 404


ZONE = {
    "name": "暴雨受灾群众服务专区",
    "notice": "受灾群众办理这些事项，一律优先。",
    "department": "market-regulation",
    "first_day": "2026-03-02",
    "last_day": "2026-03-05",
    "entries": ["bundle:open-restaurant", "service:food-business"],
}


@pytest.mark.requirement("APP-S-05")
def test_a_zone_is_made_at_the_desk_and_shown_while_it_lasts(shop, on):
    desk, visitor = shop.cast.browser("lead"), Client()
    made = desk.post("/desk/bundles/zones/new/", ZONE)
    zone = Zone.objects.get()
    assert made["Location"] == f"/desk/bundles/zones/{zone.uid}/"
    assert visitor.get(f"/bundles/zones/{zone.uid}/").status_code == 404
    assert ZONE["notice"] in page_of(desk.get(made["Location"]))

    assert desk.post(f"/desk/bundles/zones/{zone.uid}/publish/").status_code == 302

    shown = page_of(visitor.get(f"/bundles/zones/{zone.uid}/"))
    assert "我要开餐馆" in shown
    assert "食品经营许可" in shown
    assert ZONE["name"] in page_of(visitor.get("/bundles/"))
    assert any(offer.title == ZONE["name"] for offer in bundles.offers())
    with on(datetime(2026, 3, 6, 1, tzinfo=UTC)):
        assert visitor.get(f"/bundles/zones/{zone.uid}/").status_code == 404
    assert desk.post(f"/desk/bundles/zones/{zone.uid}/withdraw/", {"reason": "已经结束"}).status_code == 302
    assert visitor.get(f"/bundles/zones/{zone.uid}/").status_code == 404


def test_a_zone_without_services_or_with_days_the_wrong_way_round_is_refused(shop):
    desk = shop.cast.browser("lead")

    nothing = desk.post("/desk/bundles/zones/new/", {**ZONE, "entries": []})
    backwards = desk.post("/desk/bundles/zones/new/", {**ZONE, "last_day": "2026-03-01"})
    elsewhere = desk.post("/desk/bundles/zones/new/", {**ZONE, "department": "health"})

    assert [answer.status_code for answer in (nothing, backwards, elsewhere)] == [422, 422, 422]
    assert "结束日期早于开始日期" in backwards.content.decode()
    assert not Zone.objects.exists()
