"""Whoever acts for several sees the matters of all of them, and is led to the right one by every link."""

import re
from datetime import date

import pytest

from tests.cast import ANSWERS
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.notices import services as notices
from tongban.platform.notices.models import Notice
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Mandate


@pytest.fixture
def home(cast):
    """The agent's own browser, in which they act for themself."""
    browser = cast.browser("agent")
    browser.post("/parties/acting-for/", {"party": ""})
    return browser


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def first_step(case):
    return cases.plan_of(case.version).form.steps(case.answers)[0].key


@pytest.mark.found("A9")
def test_the_list_shows_every_identity_with_its_label_and_can_be_narrowed(cast, home):
    company, agent = cast.people["company"], cast.people["agent"]
    case = cast.submitted()
    begun = cast.draft(materials=False)

    page = home.get("/cases/")
    assert case.number in text(page)
    assert f'href="/cases/{begun.uid}/"' in page.content.decode()
    assert text(page).count(company.name) >= 3
    narrowed = home.get(f"/cases/?of={company.uid}")
    assert case.number in text(narrowed)
    assert case.number not in text(home.get(f"/cases/?of={agent.uid}"))
    assert case.number not in text(cast.browser("stranger").get(f"/cases/?of={company.uid}"))


@pytest.mark.found("A9")
def test_a_case_opens_under_the_identity_it_belongs_to_and_says_so(cast, home):
    case = cast.submitted()

    page = home.get(f"/cases/{case.uid}/")

    assert page.status_code == 200
    assert "您现在代云泽市禾香餐饮有限公司办理" in text(page)
    assert home.get("/cases/").context["actor"].acting_for == cast.people["company"].pk
    assert cast.browser("stranger").get(f"/cases/{case.uid}/").status_code == 404


@pytest.mark.found("A9")
def test_after_the_mandate_has_ended_no_link_opens_anything(cast, home):
    case = cast.submitted()
    parties.revoke_mandate(actor=SYSTEM, uid=Mandate.objects.get().uid)

    assert home.get(f"/cases/{case.uid}/").status_code == 404
    asked = home.get(f"/cases/?acting-for={cast.people['company'].uid}", follow=True)
    assert asked.context["actor"].acting_for is None


@pytest.mark.found("A9")
def test_a_mandate_for_other_services_opens_no_case(cast, home):
    case = cast.submitted()
    Mandate.objects.update(services=["public-place-hygiene"])

    assert home.get(f"/cases/{case.uid}/").status_code == 404


@pytest.mark.found("A9")
def test_a_letter_leads_to_the_page_under_the_identity_it_was_written_to(cast, home, mailbox_of):
    company = cast.people["company"]
    case = cast.submitted()
    link = mailbox_of(case)

    assert f"acting-for={company.uid}" in link
    opened = home.get(link, follow=True)

    assert opened.status_code == 200
    assert opened.redirect_chain == [(f"/cases/{case.uid}/", 302)]
    assert opened.context["actor"].acting_for == company.pk
    assert case.number in text(opened)


@pytest.fixture
def mailbox_of():
    def link(case):
        notice = notices.send(
            to=case.applicant, title="x", body="y", key=f"letter:{case.pk}", url=f"/cases/{case.uid}/"
        )
        return notices.opened_for(Notice.objects.select_related("party").get(pk=notice.pk))

    return link


@pytest.mark.found("A9")
def test_the_first_page_offers_whoever_fits_with_one_click(cast, home):
    company = cast.people["company"]

    page = home.get("/cases/begin/food-business/")
    assert f"以{company.name}办理，开始" in text(page), text(page)[300:900]
    begun = home.post("/cases/begin/food-business/", {"acting-for": str(company.uid)})

    case = Case.objects.get(state="draft")
    assert case.applicant == company
    assert begun.url == f"/cases/{case.uid}/fill/{first_step(case)}/"
    assert "您也没有其他可以办理该事项的身份" in text(cast.browser("stranger").get("/cases/begin/food-business/"))


@pytest.mark.found("A9")
def test_nobody_begins_for_whom_they_may_not_act_for(cast):
    answer = cast.browser("stranger").post(
        "/cases/begin/food-business/", {"acting-for": str(cast.people["company"].uid)}
    )

    assert answer.status_code == 409
    assert not Case.objects.filter(applicant=cast.people["company"]).exists()


@pytest.mark.found("A9")
def test_one_goes_on_at_the_step_one_left(cast):
    browser, actor = cast.browser("agent"), cast.actor("agent")
    case = cases.begin(actor=actor, service="food-business")
    case = cases.fill(actor=actor, case=case, answers=ANSWERS, revision=case.revision)
    keys = [step.key for step in cases.plan_of(case.version).form.steps(case.answers)]
    names = ("operator_name", "uscc", "legal_representative", "domicile", "contact_name", "contact_phone")
    sent = {name: ANSWERS[name] for name in names} | {"revision": case.revision}

    on = browser.post(f"/cases/{case.uid}/fill/{keys[0]}/", sent)
    assert on.url == f"/cases/{case.uid}/fill/{keys[1]}/"
    assert browser.get(f"/cases/{case.uid}/").url == on.url
    assert browser.post("/cases/begin/food-business/").url == on.url

    case.refresh_from_db()
    browser.post(f"/cases/{case.uid}/fill/{keys[2]}/", {"revision": case.revision, "later": "1"})
    assert browser.get(f"/cases/{case.uid}/").url == f"/cases/{case.uid}/fill/{keys[2]}/"


@pytest.mark.found("A9")
def test_a_person_knows_everybody_they_may_act_for(cast):
    names = parties.representations(cast.actor("agent"))

    assert [(name.party.name, name.own) for name in names] == [("周文博", True), ("云泽市禾香餐饮有限公司", False)]
    assert parties.representations(cast.actor("clerk")) == []
    Mandate.objects.update(valid_until=date(2026, 1, 1), valid_from=date(2026, 1, 1))
    assert [name.own for name in parties.representations(cast.actor("agent"))] == [True]
