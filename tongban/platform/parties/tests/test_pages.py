"""For whom one acts, mandates, and finding somebody: through the pages."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.parties import ports
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Mandate, Party
from tongban.platform.parties.tests.conftest import LAW, LIN, OTHER, ZHOU, actor_of


@pytest.fixture
def offered(monkeypatch):
    monkeypatch.setattr(ports, "_offers", Registry("list of services"))
    ports.register(lambda: [("food-business", "食品经营许可"), ("hygiene", "公共场所卫生许可")])


def choose(browser, party, **more):
    return browser.post("/parties/acting-for/", {"party": str(party.uid) if party else "", **more})


@pytest.mark.requirement("PLT-A-02")
def test_one_chooses_for_whom_one_acts(sign_in, owner, company, facts):
    browser = sign_in(owner.account)

    answer = choose(browser, company, next="/parties/mandates/")

    assert answer.url == "/parties/mandates/"
    shown = browser.get("/parties/acting-for/").content.decode()
    assert f'value="{company.uid}" checked' in shown
    assert facts("parties.RepresentationChosen") == [{"party": owner.pk, "principal": company.pk}]
    choose(browser, None)
    assert f'value="{company.uid}" checked' not in browser.get("/parties/acting-for/").content.decode()


def test_one_cannot_choose_a_stranger(sign_in, lin, company, facts):
    browser = sign_in(lin.account)

    assert choose(browser, company).status_code == 404

    assert facts("identity.AccessDenied") == [{"what": "principal", "key": str(company.uid)}]


@pytest.mark.parametrize("invented", ["x", "0", "00000000-0000-0000-0000-000000000000", "' or 1=1"])
def test_an_invented_choice_is_refused(sign_in, lin, invented):
    assert sign_in(lin.account).post("/parties/acting-for/", {"party": invented}).status_code == 404


def test_a_revoked_mandate_counts_at_the_next_request(sign_in, owner, company, zhou):
    mandate = parties.give_mandate(actor=actor_of(owner), principal=company, agent=zhou)
    browser = sign_in(zhou.account)
    choose(browser, company)
    assert company.name in browser.get("/identity/sign-ins/").content.decode()

    parties.revoke_mandate(actor=actor_of(owner), uid=mandate.uid)

    assert company.name not in browser.get("/parties/acting-for/").content.decode()


def test_who_asks_for_whom_and_in_which_services_is_known_by_three_queries(sign_in, owner, company):
    browser = sign_in(owner.account)
    choose(browser, company)
    browser.get("/identity/sign-out/")  # takes the message along

    with CaptureQueriesContext(connection) as queries:
        browser.get("/identity/sign-out/")

    assert len(queries) <= 3, [query["sql"] for query in queries]


@pytest.fixture
def many(lin, zhou):
    """Return 45 companies that let the agent act for them."""
    companies = Party.objects.bulk_create(
        Party(
            kind="organisation",
            name=f"云泽市第{number:02}号商店",
            id_kind="uscc",
            id_number=str(number),
            id_digest=str(number),
            legal_representative=lin,
            created_at=clock.now(),
        )
        for number in range(45)
    )
    Mandate.objects.bulk_create(
        Mandate(principal=company, agent=zhou, valid_from=clock.today(), created_at=clock.now())
        for company in companies
    )
    return companies


def offered_in(answer):
    return re.findall(r'name="party" value="([^"]+)"', answer.content.decode())


def test_who_acts_for_many_turns_pages_and_sees_the_present_choice_on_each(sign_in, zhou, many):
    browser = sign_in(zhou.account)
    choose(browser, many[44])
    address, seen = "/parties/acting-for/", []
    for _page in range(3):
        answer = browser.get(address)
        first, *others = offered_in(answer)
        assert f'value="{first}" checked' in answer.content.decode()
        assert first == str(many[44].uid)
        seen += others
        onward = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        address = "/parties/acting-for/" + html.unescape(onward[1]) if onward else ""

    assert not address
    assert seen == [str(company.uid) for company in many[:44]]


def test_a_name_is_looked_for_among_those_one_acts_for_only(sign_in, zhou, many, company):
    browser = sign_in(zhou.account)

    assert offered_in(browser.post("/parties/acting-for/", {"q": "第37号"})) == [str(many[37].uid)]
    assert len(offered_in(browser.post("/parties/acting-for/", {"q": "商店"}))) == 45
    nothing = browser.post("/parties/acting-for/", {"q": company.name[:4], "next": "/cases/"})
    assert offered_in(nothing) == []
    assert "没有找到名称中含" in nothing.content.decode()
    assert 'href="/parties/acting-for/?next=/cases/"' in nothing.content.decode()


def test_the_mandates_one_holds_are_shown_in_pages(sign_in, zhou, many):
    browser = sign_in(zhou.account)

    shown = browser.get("/parties/mandates/").content.decode()

    assert len(re.findall(r"号商店\s*</th>", shown)) == 30
    onward = html.unescape(re.search(r'rel="next" href="([^"]+)"', shown)[1])
    rest = browser.get("/parties/mandates/" + onward).content.decode()
    assert len(re.findall(r"号商店\s*</th>", rest)) == 15


def test_the_owner_gives_and_revokes_a_mandate(sign_in, owner, company, zhou, offered):
    browser = sign_in(owner.account)
    choose(browser, company)

    given = browser.post(
        "/parties/mandates/give/",
        {"name": "周文博", "number": ZHOU, "reach": "some", "services": ["food-business"], "valid_until": "2099-12-31"},
    )

    assert given.status_code == 302, given.content.decode()
    mandate = Mandate.objects.get()
    assert (mandate.principal_id, mandate.agent_id, mandate.services) == (company.pk, zhou.pk, ["food-business"])
    assert "食品经营许可" in browser.get("/parties/mandates/").content.decode()
    browser.post(f"/parties/mandates/{mandate.uid}/revoke/")
    assert Mandate.objects.get().revoked_at


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "110105194912310021"}, "number"),
        ({"name": "周文"}, "number"),
        ({"name": ""}, "name"),
        ({"reach": "some"}, "services"),
        ({"valid_until": "2001-01-01"}, "valid_until"),
        ({"valid_from": "gestern"}, "valid_from"),
    ],
)
def test_a_faulty_mandate_is_told_at_its_field(sign_in, lin, zhou, offered, given, field):
    browser = sign_in(lin.account)

    answer = browser.post("/parties/mandates/give/", {"name": "周文博", "number": ZHOU, "reach": "all", **given})

    assert answer.status_code == 422
    assert f"id_{field}_error" in answer.content.decode()
    assert not Mandate.objects.exists()


def test_a_number_is_not_guessed_to_a_name(sign_in, lin, zhou, offered, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = 3
    browser, asked = sign_in(lin.account), {"name": "周文博", "reach": "all"}
    with clock.at(clock.now()):
        for number in (LIN, LAW, OTHER, LAW):
            browser.post("/parties/mandates/give/", {**asked, "number": number})

        right = browser.post("/parties/mandates/give/", {**asked, "number": ZHOU}, REMOTE_ADDR="203.0.113.9")

    assert right.status_code == 429
    assert "尝试次数过多" in right.content.decode()
    assert not Mandate.objects.exists()


def test_an_agent_is_told_that_only_the_owner_gives_mandates(sign_in, owner, company, zhou):
    parties.give_mandate(actor=actor_of(owner), principal=company, agent=zhou)
    browser = sign_in(zhou.account)
    choose(browser, company)

    page = browser.get("/parties/mandates/").content.decode()

    assert "/parties/mandates/give/" not in page
    answer = browser.post("/parties/mandates/give/", {"name": "林晓云", "number": LIN, "reach": "all"})
    assert answer.status_code == 404


def test_the_counter_finds_somebody_and_sees_no_more_than_needed(sign_in, clerk, lin):
    browser = sign_in(clerk)

    page = browser.post("/counter/parties/find/", {"number": LIN, "purpose": "窗口受理"}).content.decode()

    assert "林晓云" in page
    assert "110105********002X" in page
    assert "138****5678" in page
    assert "荷塘路" not in page


def test_the_counter_must_say_what_for(sign_in, clerk, lin):
    answer = sign_in(clerk).post("/counter/parties/find/", {"number": LIN, "purpose": " "})

    assert answer.status_code == 422
    assert "林晓云" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/parties/acting-for/", "/parties/mandates/", "/counter/parties/find/"])
def test_a_stranger_is_sent_to_sign_in(client, db, path):
    assert client.get(path).status_code == 302


def test_a_person_may_not_look_others_up(sign_in, lin):
    assert sign_in(lin.account).get("/counter/parties/find/").status_code == 403


def test_a_mandate_with_a_date_is_shown_as_what_it_is(lin, zhou):
    mandate = parties.give_mandate(actor=actor_of(lin), principal=lin, agent=zhou, valid_until=clock.today())

    assert mandate.validity == "valid"


def test_whoever_asks_for_something_of_another_name_is_led_to_the_choice_of_names(sign_in, lin):
    page = sign_in(lin.account).get("/cases/NOSUCHCASE/").content.decode()

    assert "/parties/acting-for/?next=/cases/NOSUCHCASE/" in page.replace("%2F", "/")
