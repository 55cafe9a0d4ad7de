"""Whoever guesses the address of what is another's gets "not found", and the attempt stands in the journal."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from tests.laws.test_doors import pages
from tests.security.conftest import Estate
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.parties.models import Mandate

# Routes whose words are no secret and nobody's own, or whose owner is found by the session, not by the address.
NOBODYS = re.compile(
    r"^(catalogue/|licences/v/|desk/codes/|cases/begin/|registers/<slug:key>/correct|desk/catalogue/|desk/journal/"
    r"|identity/reset/|counter/cases/window/begin/)"
)
# Route -> (names of what stands in the address). A case name picks a case in the state for which the page is made.
OWN = {
    "cases/<slug:uid>/": "granted",
    "cases/<slug:uid>/fill/<slug:step>/": "draft applicant",
    "cases/<slug:uid>/confirm/<slug:step>/": "draft applicant",
    "cases/<slug:uid>/materials/": "draft",
    "cases/<slug:uid>/review/": "draft",
    "cases/<slug:uid>/submitted/": "submitted",
    "cases/<slug:uid>/receipt.pdf": "submitted",
    "cases/<slug:uid>/supplement/": "supplement",
    "cases/<slug:uid>/visit/": "accepted",
    "cases/<slug:uid>/again/": "granted",
    "cases/<slug:uid>/person/": "granted",
    "cases/<slug:uid>/withdraw/": "accepted",
    "cases/<slug:uid>/discard/": "draft",
    "cases/<slug:uid>/move-on/": "draft",
    "cases/<slug:uid>/files/<uuid:document>/": "granted letter",
    "documents/<uuid:uid>/": "material",
    "licences/<slug:token>/": "licence",
    "licences/<slug:token>/file/": "licence",
    "notices/<uuid:uid>/": "notice",
    "parties/mandates/<uuid:uid>/revoke/": "mandate",
    "identity/sign-ins/<uuid:uid>/end/": "login-session",
    "ratings/<uuid:uid>/": "rating",
}
OFFICE = {
    "counter/cases/<slug:uid>/": "submitted",
    "counter/cases/<slug:uid>/files/<uuid:document>/": "granted material",
    "counter/cases/tasks/<uuid:uid>/": "accept",
    "counter/cases/window/<slug:uid>/": "granted",
    "counter/cases/window/<slug:uid>/fill/<slug:step>/": "draft applicant",
    "counter/cases/window/<slug:uid>/confirm/<slug:step>/": "draft applicant",
    "counter/cases/window/<slug:uid>/materials/": "draft",
    "counter/cases/window/<slug:uid>/review/": "draft",
    "counter/cases/window/<slug:uid>/submitted/": "submitted",
    "counter/cases/window/<slug:uid>/receipt.pdf": "submitted",
    "counter/cases/window/<slug:uid>/supplement/": "supplement",
    "counter/cases/window/<slug:uid>/withdraw/": "accepted",
    "counter/cases/window/<slug:uid>/discard/": "draft",
    "counter/cases/window/<slug:uid>/move-on/": "draft",
    "counter/cases/window/<slug:uid>/files/<uuid:document>/": "granted letter",
    "counter/notices/<uuid:uid>/": "notice",
    "crew/cases/<slug:uid>/files/<uuid:document>/": "granted material",
    "crew/cases/tasks/<uuid:uid>/": "inspect",
    "crew/cases/tasks/<uuid:uid>/visit/": "inspect",
    "crew/notices/<uuid:uid>/": "notice",
    "desk/cases/<slug:uid>/": "accepted",
    "desk/cases/<slug:uid>/files/<uuid:document>/": "granted material",
    "desk/cases/<slug:uid>/limits/": "accepted",
    "desk/cases/tasks/<uuid:uid>/": "review",
    "desk/cases/tasks/<uuid:uid>/claim/": "review",
    "desk/identity/<uuid:uid>/": "account",
    "desk/identity/<uuid:uid>/appoint/": "account",
    "desk/identity/<uuid:uid>/close/": "account",
    "desk/identity/<uuid:uid>/link/": "account",
    "desk/identity/<uuid:uid>/positions/<uuid:position>/confirm/": "account position",
    "desk/identity/<uuid:uid>/positions/<uuid:position>/end/": "account position",
    "desk/licences/<slug:token>/": "licence",
    "desk/licences/<slug:token>/change/": "licence",
    "desk/licences/<slug:token>/file/": "licence",
    "desk/notices/<uuid:uid>/": "notice",
    "desk/registers/corrections/<uuid:uid>/": "correction",
    "desk/seals/<uuid:uid>/": "seal",
    "desk/seals/<uuid:uid>/picture.png": "seal",
}
# Nobody has less than the whole of these, so no address of theirs belongs to another office; or needs a row to exist.
ELSEWHERE_TESTED = {
    "desk/identity/keys/<uuid:uid>/revoke/",
    "desk/ratings/<uuid:uid>/",
    "identity/saved-forms/<uuid:uid>/",
}
ONLY_POST = {
    "cases/<slug:uid>/again/",
    "parties/mandates/<uuid:uid>/revoke/",
    "identity/sign-ins/<uuid:uid>/end/",
    "desk/licences/<slug:token>/file/",
}
GUESSED = "ABCDEFGHJKMNPQRS"


def routes() -> set[str]:
    known = {door.address.lstrip("/") for door in pages() if "<" in door.address}
    return {route for route in known if not NOBODYS.match(route)}


def addressed(route: str, estate: Estate, words: str) -> str:
    filling = [estate.ids.get(word, word) for word in words.split()]
    return "/" + re.sub(r"<[^>]+>", lambda _found: filling.pop(0), route)


def attempts(client: Client, address: str, route: str) -> Iterator[tuple[str, int]]:
    if route not in ONLY_POST:
        yield "GET", client.get(address).status_code
    yield "POST", client.post(address, {"reason": "好奇", "purpose": "好奇", "step": "revoke"}).status_code


def test_every_address_that_names_something_is_known_here():
    assert routes() - set(OWN) - set(OFFICE) - ELSEWHERE_TESTED == set()


@pytest.mark.requirement("QUA-05")
@pytest.mark.parametrize("who", ["stranger", "reviewer"])
def test_a_stranger_finds_nothing_at_a_guessed_address_and_it_is_noted(estate: Estate, who):
    client = estate.browser(who)

    for route, words in OWN.items():
        address, before = addressed(route, estate, words), estate.tried()
        for method, status in attempts(client, address, route):
            assert status == 404, f"{who} {method} {address}: {status}"
            assert estate.tried() == before + 1, f"{who} {method} {address} is not in the journal"
            before += 1


@pytest.mark.parametrize(("department", "area"), [("health", ""), ("market-regulation", "990103")])
def test_an_official_of_elsewhere_finds_nothing_though_they_hold_every_duty(estate: Estate, official, department, area):
    client = official(department, area=area)

    for route, words in OFFICE.items():
        if area and words == "correction":
            continue  # data of a register belong to a department as a whole
        address = addressed(route, estate, words)
        before = estate.tried()
        for method, status in attempts(client, address, route):
            assert status == 404, f"{method} {address}: {status}"
            assert estate.tried() == before + 1, f"{method} {address} is not in the journal"
            before += 1


def test_what_was_tried_is_told_with_who_tried_it(estate: Estate):
    estate.browser("stranger").get(f"/cases/{estate.ids['granted']}/")

    fact = Fact.objects.filter(name="identity.AccessDenied").latest("pk")
    assert (fact.actor, fact.data) == ("沈一鸣", {"what": "case", "key": estate.ids["granted"]})


def test_what_does_not_exist_answers_like_what_is_anothers(estate: Estate):
    client = estate.browser("stranger")

    said = [client.get(f"/cases/{uid}/") for uid in (estate.ids["granted"], GUESSED)]

    assert [answer.status_code for answer in said] == [404, 404]
    assert len({without_ids(answer.content.decode()) for answer in said}) == 1


def test_another_system_reaches_nothing_beyond_its_key(estate: Estate):
    system = identity.open_account(actor=SYSTEM, login="bank", name="云泽银行", kind="client")
    _token, key = identity.make_token(actor=SYSTEM, account=system, title="查询", duties=["cases.read", "cases.file"])
    caller = Client(headers={"authorization": f"Bearer {key}"})
    number = estate.cases["granted"].number

    for method, address, body in [
        ("get", f"/api/v1/cases/{number}", None),
        ("get", f"/api/v1/cases/{estate.ids['granted']}", None),
        ("get", f"/api/v1/cases/{number}/papers/{estate.ids['letter']}", None),
        ("patch", f"/api/v1/cases/{estate.ids['draft']}", {"answers": {"seats": 1}}),
        ("post", f"/api/v1/cases/{estate.ids['draft']}/submit", {"declared": True}),
        ("post", f"/api/v1/cases/{estate.ids['draft']}/materials/business-licence/fetch", {}),
        ("get", f"/api/v1/licences/{estate.ids['licence']}?purpose=x", None),
        ("get", f"/api/v1/licences/{estate.ids['licence']}/file?purpose=x", None),
    ]:
        before = estate.tried()
        extra = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(caller, method)(address, **extra)
        assert answer.status_code == 404, f"{method} {address}: {answer.status_code} {answer.content[:200]!r}"
        assert answer["Content-Type"] == "application/problem+json"
        assert estate.tried() == before + 1, f"{method} {address} is not in the journal"
    assert caller.get("/api/v1/cases/").json()["items"] == []


def test_an_agent_whose_mandate_ended_is_a_stranger_at_once(estate: Estate):
    client = estate.browser("agent")
    own = addressed("cases/<slug:uid>/", estate, "granted")
    assert client.get(own).status_code == 200

    Mandate.objects.update(revoked_at=timezone.now())

    for route, words in OWN.items():
        if words in {"mandate", "login-session", "material"}:
            continue  # these are the agent's own: the mandate, the sign-ins, what they uploaded themselves
        before = estate.tried()
        for method, status in attempts(client, addressed(route, estate, words), route):
            assert status == 404, f"{method} {route}: {status}"
            assert estate.tried() == before + 1, f"{method} {route} is not in the journal"
            before += 1
    assert estate.cases["granted"].number not in client.get("/cases/").content.decode()


def test_whoever_signed_out_is_sent_to_sign_in(estate: Estate):
    client = estate.browser("agent")
    client.post("/identity/sign-out/")

    for route, words in OWN.items():
        answer = client.get(addressed(route, estate, words))
        assert answer.status_code == 302, route
        assert answer["Location"].startswith("/identity/sign-in/?next="), route


def test_a_paper_is_only_served_under_its_own_case(estate: Estate):
    client = estate.browser("agent")

    answer = client.get(f"/cases/{estate.ids['draft']}/files/{estate.ids['letter']}/")

    assert answer.status_code == 404


def without_ids(html: str) -> str:
    return re.sub(r'cases%2F\w+|csrfmiddlewaretoken" value="\w+', "", html)
