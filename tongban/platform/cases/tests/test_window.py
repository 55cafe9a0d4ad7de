"""A clerk applies for somebody who stands at the window: for them, by duty, on record, seeing no more than needed."""

import re

import pytest

from tests.cast import ANSWERS, FLOOR_PLAN, RULES, upload
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.notices.models import Notice
from tongban.platform.parties import services as parties
from tongban.platform.registers.models import Lookup

WINDOW = "/counter/cases/window/"
DUTIES = ("cases.accept", "cases.file", "parties.find", "parties.register")


@pytest.fixture
def window(cast):
    """Open a window: a clerk whose browser can serve people."""

    def open_(name="window", duties=DUTIES):
        account = identity.open_account(actor=SYSTEM, login=name, name="陈静", kind="staff")
        role = identity.define_role(actor=SYSTEM, key=name, name="窗口", duties=duties, portal="counter")
        place = Department.objects.get(key="government-services")
        identity.appoint(actor=SYSTEM, account=account, department=place, role=role)
        cast.accounts[name] = Account.objects.get(pk=account.pk)
        return cast.browser(name)

    return open_


def serve(browser, party, purpose="申请食品经营许可"):
    answer = browser.post("/counter/parties/visitor/", {"party": str(party.uid), "purpose": purpose})
    assert answer.status_code == 302


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def filled(cast, browser):
    """Begin at the window, and fill everything in by the verbs, as the pages would."""
    browser.post(f"{WINDOW}begin/food-business/")
    case = Case.objects.get(filed_by=cast.accounts["window"], state="draft")
    clerk = parties.serving(cast.actor("window"), cast.people["company"])
    case = cases.fill(actor=clerk, case=case, answers=ANSWERS, revision=case.revision)
    cases.fetch(actor=clerk, case=case, code="business-licence")
    cases.attach(actor=clerk, case=case, code="floor-plan", file=upload(FLOOR_PLAN))
    cases.attach(actor=clerk, case=case, code="safety-rules", file=upload(RULES))
    return case


def test_a_clerk_applies_for_a_company_whose_agent_stands_there(cast, window):
    browser, company = window(), cast.people["company"]
    serve(browser, company)

    start = browser.get(WINDOW)
    assert "食品经营许可" in text(start)
    begun = browser.post(f"{WINDOW}begin/food-business/")
    assert begun.url.startswith(WINDOW)
    page = browser.get(begun.url)
    assert "正在为 云泽市禾香餐饮有限公司 办理" in text(page)
    assert '<p class="field__fixed" id="q-uscc" tabindex="-1">91990102MA99H00124</p>' in page.content.decode()
    assert "/registers/enterprise/correct/" not in page.content.decode()
    case = filled(cast, browser)
    refused = browser.post(f"{WINDOW}{case.uid}/review/", {"declared": ""})
    assert refused.status_code == 422
    assert "请让申请人核对全部内容" in text(refused)
    done = browser.post(f"{WINDOW}{case.uid}/review/", {"declared": "on"})
    jobs.run_all()

    case.refresh_from_db()
    assert done.url == f"{WINDOW}{case.uid}/submitted/"
    assert (case.state, case.applicant, case.filed_by) == ("submitted", company, cast.accounts["window"])
    shown = browser.get(done.url)
    assert case.number in text(shown)
    assert case.query_code in text(shown)
    assert browser.get(f"{WINDOW}{case.uid}/receipt.pdf")["Content-Type"] == "application/pdf"
    assert Notice.objects.filter(party=company, subject=case.subject).exists()


def test_the_journal_says_who_wrote_for_whom(cast, window):
    browser, company = window(), cast.people["company"]
    serve(browser, company)
    case = filled(cast, browser)
    browser.post(f"{WINDOW}{case.uid}/review/", {"declared": "on"})

    fact = Fact.objects.get(name="cases.CaseSubmitted")
    assert (fact.account, fact.actor_kind, fact.on_behalf) == (cast.accounts["window"].pk, "staff", company.pk)
    assert Fact.objects.get(name="parties.VisitorServed").reason == "申请食品经营许可"
    lookup = Lookup.objects.filter(party=company).latest("pk")
    assert (lookup.name, lookup.kind) == ("陈静", "staff")
    assert "陈静（窗口代为提交）" in text(cast.browser("agent").get(f"/cases/{case.uid}/"))


def test_every_address_of_the_application_stays_at_the_window(cast, window):
    browser = window()
    serve(browser, cast.people["company"])
    case = filled(cast, browser)

    for page in ("materials/", "review/", "discard/", f"fill/{first_step(case)}/"):
        html = browser.get(f"{WINDOW}{case.uid}/{page}").content.decode()
        main = html[html.index("<main") :]
        assert not re.findall(rf'(?:href|action)="/cases/{case.uid}[^"]*"', main), page


def first_step(case):
    return cases.plan_of(case.version).form.steps(case.answers)[0].key


def test_the_clerk_sees_nothing_else_of_the_visitor(cast, window):
    """What the company began at home, its inbox, its licences and papers are not the window's business."""
    home = cast.draft()
    browser = window()
    serve(browser, cast.people["company"])

    assert home.uid not in browser.get(WINDOW).content.decode()
    for address in (f"{WINDOW}{home.uid}/review/", f"{WINDOW}{home.uid}/", f"/cases/{home.uid}/"):
        assert browser.get(address).status_code == 404
    clerk = parties.serving(cast.actor("window"), cast.people["company"])
    with pytest.raises(NotFound):
        cases.submit(actor=clerk, uid=home.uid, declared=True)
    for address in ("/notices/", "/licences/", "/documents/", "/registers/"):
        assert "营业执照" not in browser.get(address).content.decode()
        assert "法人库" not in browser.get(address).content.decode()


def test_what_a_clerk_brought_for_a_visitor_is_the_visitors(cast, window):
    browser = window()
    serve(browser, cast.people["company"])
    filled(cast, browser)

    assert not Document.objects.visible_to(cast.actor("window")).exists()
    owned = Document.objects.visible_to(cast.actor("agent"))
    assert {"floor-plan", "safety-rules"} <= set(owned.values_list("kind", flat=True))


def test_after_the_visit_the_draft_is_out_of_reach(cast, window):
    browser = window()
    serve(browser, cast.people["company"])
    case = filled(cast, browser)

    browser.post("/counter/parties/visitor/leave/")

    assert browser.get(f"{WINDOW}{case.uid}/review/").status_code == 404
    assert browser.get(WINDOW).url == "/counter/parties/find/"
    serve(browser, cast.people["citizen"])
    assert browser.get(f"{WINDOW}{case.uid}/review/").status_code == 404


def test_another_clerk_does_not_see_the_draft(cast, window):
    browser = window()
    serve(browser, cast.people["company"])
    case = filled(cast, browser)

    other = window("next-window")
    serve(other, cast.people["company"])

    assert case.uid not in other.get(WINDOW).content.decode()
    assert other.get(f"{WINDOW}{case.uid}/review/").status_code == 404


def test_a_supplement_is_brought_to_the_window_too(cast, window):
    browser = window()
    serve(browser, cast.people["company"], "补正材料")
    case = filled(cast, browser)
    browser.post(f"{WINDOW}{case.uid}/review/", {"declared": "on"})
    points = [{"material": "floor-plan", "text": "请标明专间。"}]
    cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=points)

    assert "提交补正" in text(browser.get(WINDOW))
    page = browser.get(f"{WINDOW}{case.uid}/supplement/")
    assert "请标明专间。" in text(page)
    browser.post(f"{WINDOW}{case.uid}/materials/", {"code": "floor-plan", "file": upload(FLOOR_PLAN, "再次.pdf")})
    clerk = parties.serving(cast.actor("window"), cast.people["company"])
    case = cases.supplement(actor=clerk, case=case, answers={}, note="当面补交")

    assert case.state == "submitted"
    assert case.actions.last().data["window"] is True


@pytest.mark.parametrize("path", ["", "begin/food-business/"])
def test_without_a_visitor_the_window_sends_to_find_one(cast, window, path):
    answer = window().get(WINDOW + path)

    assert answer.status_code == 302
    assert answer.url == "/counter/parties/find/"


def test_only_what_fits_the_visitor_is_offered(cast, window):
    browser = window()
    serve(browser, cast.people["citizen"])

    assert "没有可在线申请的事项" in text(browser.get(WINDOW))
    assert browser.post(f"{WINDOW}begin/food-business/").status_code == 409


def test_nobody_applies_for_another_without_the_duty(cast, window):
    browser = window("accepting", ("cases.accept", "parties.find"))
    serve(browser, cast.people["company"])

    assert browser.get(WINDOW).status_code == 403
    clerk = parties.serving(cast.actor("accepting"), cast.people["company"])
    with pytest.raises(NotAllowed):
        cases.begin(actor=clerk, service="food-business")
    with pytest.raises(NotAllowed):
        cases.submit(actor=clerk, uid=cast.draft().uid, declared=True)


def test_of_one_case_and_of_all_the_same_is_asked_at_the_window(cast, window):
    browser, company = window(), cast.people["company"]
    serve(browser, company)
    filled(cast, browser)
    cast.draft()
    clerk, idle = parties.serving(cast.actor("window"), company), cast.actor("window")

    for actor in (clerk, idle, parties.serving(cast.actor("window"), cast.people["citizen"]), SYSTEM):
        one_by_one = {case.pk for case in Case.objects.with_related() if case.is_spoken_for_by(actor)}
        assert one_by_one == set(Case.objects.spoken_for_by(actor).values_list("pk", flat=True))
    assert Case.objects.spoken_for_by(clerk).count() == 1
