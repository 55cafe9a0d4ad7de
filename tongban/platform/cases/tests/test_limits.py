"""A mandate for certain services: what came out of these is seen, and nothing else of the company."""

import re

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Mandate


@pytest.fixture
def limited(cast):
    """Limit the agent's mandate to these services."""

    def limit(*services):
        mandate = Mandate.objects.get(principal=cast.people["company"])
        parties.revoke_mandate(actor=SYSTEM, uid=mandate.uid)
        agent, company = cast.people["agent"], cast.people["company"]
        parties.give_mandate(actor=SYSTEM, principal=company, agent=agent, services=services, source="register")
        return cast.actor("agent")

    return limit


def everything(actor):
    return {model: set(model.objects.visible_to(actor)) for model in (Notice, Document, Licence)}


def test_what_came_out_of_the_service_is_seen(cast, limited):
    cast.decided()
    company = cast.people["company"]

    seen = everything(limited("food-business"))

    assert seen[Notice] == set(Notice.objects.filter(party=company))
    assert {licence.kind for licence in seen[Licence]} == {"food-business-licence"}
    assert {paper.kind for paper in seen[Document]} >= {"acceptance", "grant", "floor-plan", "safety-rules"}
    assert "business-licence" not in {paper.kind for paper in seen[Document]}


def test_what_came_out_of_another_service_is_not(cast, limited):
    cast.decided()

    seen = everything(limited("public-place-hygiene"))

    assert not seen[Notice]
    assert not seen[Licence]
    assert {paper.origin for paper in seen[Document]} <= {"uploaded"}  # what one brought oneself


def test_what_the_house_fetched_for_the_application_is_seen_in_the_case(cast, limited):
    draft = cast.draft()
    limited("food-business")
    browser = cast.browser("agent")

    page = browser.get(f"/cases/{draft.uid}/materials/").content.decode()
    papers = re.findall(r'href="(/cases/\w+/files/[0-9a-f-]+/)"', page)

    assert len(papers) == 3
    assert {browser.get(paper).status_code for paper in papers} == {200}


@pytest.mark.parametrize("path", ["/cases/", "/notices/", "/licences/", "/documents/", "/registers/"])
def test_pages_say_that_they_show_what_the_mandate_is_for(cast, limited, path):
    browser = cast.browser("agent")
    assert "您仅就下列事项" not in browser.get(path).content.decode()

    limited("food-business")

    page = browser.get(path).content.decode()
    assert "您仅就下列事项代云泽市禾香餐饮有限公司办理：食品经营许可。" in page


def test_register_data_are_in_no_limited_mandate(cast, limited):
    browser = cast.browser("agent")
    assert "法人库" in browser.get("/registers/").content.decode()

    limited("food-business")

    assert "法人库" not in browser.get("/registers/").content.decode()
    assert browser.get("/registers/enterprise/correct/").status_code == 404


def test_a_colleague_with_the_whole_mandate_sees_all(cast, limited):
    cast.decided()
    limited("public-place-hygiene")
    owner = identity.open_account(actor=SYSTEM, login="he.xiang", name="何香", kind="person")
    he = parties.register_person(actor=SYSTEM, name="何香", id_number="990102197811233625", account=owner)
    company = cast.people["company"]
    company.legal_representative = he
    company.save()

    seen = everything(parties.with_party(identity.actor_of(owner), chosen=company.pk))

    assert {licence.kind for licence in seen[Licence]} == {"business-licence", "food-business-licence"}
    assert seen[Notice]
