"""Whoever guesses the address of what is another's gets "not found", and the attempt stands in the journal.

Which address names what is told by the samples of the rooms; see `tests/samples.py`.
"""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import upload
from tests.laws.test_doors import pages
from tests.sample_city import SampleCity, appointed
from tests.samples import samples
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.module import citywide_duties
from tongban.platform.cases.models import Case
from tongban.platform.identity import services as identity
from tongban.platform.parties.models import Mandate

GUESSED = "ABCDEFGHJKMNPQRS"
OWNED = {route: words for shown in samples() for route, words in shown.owned.items()}
OFFICE = {route: words for shown in samples() for route, words in shown.office.items()}
POSTED = {route for shown in samples() for route in shown.posted}
PERSONAL = {route for shown in samples() for route in shown.personal}
AREALESS = {name for shown in samples() for name in shown.arealess}
CALLS = {name: call for shown in samples() for name, call in shown.calls.items()}


def of_the_house() -> set[str]:
    """Return the pages of offices for which a duty is asked that is held everywhere or nowhere."""
    return {door.address.lstrip("/") for door in pages() if set(door.audience.split(" or ")) <= citywide_duties()}


def attempts(client: Client, address: str, route: str) -> Iterator[tuple[str, int]]:
    """Try a page both ways; yield the ways there are, with what was answered."""
    if route not in POSTED and (status := client.get(address).status_code) != 405:
        yield "GET", status
    if (status := client.post(address, {"reason": "好奇", "purpose": "好奇", "step": "revoke"}).status_code) != 405:
        yield "POST", status


def finds_nothing(sample_city: SampleCity, client: Client, route: str, words: str) -> None:
    address, before = sample_city.address(route, words), sample_city.tried()
    for method, status in attempts(client, address, route):
        assert status == 404, f"{method} {address}: {status}"
        assert sample_city.tried() == before + 1, f"{method} {address} is not in the journal"
        before += 1


@pytest.mark.requirement("QUA-05")
@pytest.mark.parametrize("who", ["stranger", "reviewer"])
def test_a_stranger_finds_nothing_at_a_guessed_address_and_it_is_noted(sample_city: SampleCity, who):
    client = sample_city.browser(who)

    for route, words in OWNED.items():
        finds_nothing(sample_city, client, route, words)


@pytest.mark.parametrize(("department", "area"), [("health", ""), ("market-regulation", "990103")])
def test_an_official_of_elsewhere_finds_nothing_though_they_hold_every_duty(sample_city: SampleCity, department, area):
    client, everywhere = appointed(sample_city.cast, department, area=area), of_the_house()

    for route, words in OFFICE.items():
        if route not in everywhere and not (area and AREALESS.intersection(words.split())):
            finds_nothing(sample_city, client, route, words)


def test_what_is_there_is_found_by_whose_it_is(sample_city: SampleCity):
    """A stranger who finds nothing shows something only where there is something to be found."""
    for client, routes in ((sample_city.browser("agent"), OWNED), (sample_city.window(), OFFICE)):
        client.raise_request_exception = False
        for route, words in routes.items():
            answer = client.get(sample_city.address(route, words))
            assert answer.status_code in {200, 302, 405}, f"{route} {words}: {answer.status_code}"
            assert "/identity/sign-in/" not in answer.headers.get("Location", ""), route


def test_what_was_tried_is_told_with_who_tried_it(sample_city: SampleCity):
    sample_city.browser("stranger").get(f"/cases/{sample_city.ids['granted']}/")

    fact = Fact.objects.filter(name="identity.AccessDenied").latest("pk")
    assert (fact.actor, fact.data) == ("沈一鸣", {"what": "case", "key": sample_city.ids["granted"]})


def test_what_does_not_exist_answers_like_what_is_anothers(sample_city: SampleCity):
    client = sample_city.browser("stranger")

    said = [client.get(f"/cases/{uid}/") for uid in (sample_city.ids["granted"], GUESSED)]

    assert [answer.status_code for answer in said] == [404, 404]
    assert len({without_ids(answer.content.decode()) for answer in said}) == 1


def test_another_system_reaches_nothing_beyond_its_key(sample_city: SampleCity):
    system = identity.open_account(actor=SYSTEM, login="bank", name="云泽银行", kind="client")
    _token, key = identity.make_token(actor=SYSTEM, account=system, title="查询", duties=["cases.read", "cases.file"])
    caller = Client(headers={"authorization": f"Bearer {key}"})

    assert CALLS
    for name, call in CALLS.items():
        method, _space, route = name.partition(" ")
        address = sample_city.address(route.lstrip("/"), call.words) + call.query
        before = sample_city.tried()
        sent = {} if call.body is None else {"data": call.body, "content_type": "application/json"}
        sent |= {"data": {"file": upload(call.file)}} if call.file else {}
        answer = getattr(caller, method.lower())(address, **sent)
        assert answer.status_code == 404, f"{method} {address}: {answer.status_code} {answer.content[:200]!r}"
        assert answer["Content-Type"] == "application/problem+json"
        assert sample_city.tried() == before + 1, f"{method} {address} is not in the journal"
    assert caller.get("/api/v1/cases/").json()["items"] == []


def test_an_agent_whose_mandate_ended_is_a_stranger_at_once(sample_city: SampleCity):
    client = sample_city.browser("agent")
    own = sample_city.address("cases/<slug:uid>/", "granted")
    assert client.get(own).status_code == 200

    Mandate.objects.update(revoked_at=timezone.now())

    for route, words in OWNED.items():
        if route not in PERSONAL:
            finds_nothing(sample_city, client, route, words)
    assert Case.objects.get(uid=sample_city.ids["granted"]).number not in client.get("/cases/").content.decode()


def test_whoever_signed_out_is_sent_to_sign_in(sample_city: SampleCity):
    client = sample_city.browser("agent")
    client.post("/identity/sign-out/")

    for route, words in OWNED.items():
        answer = client.get(sample_city.address(route, words))
        assert answer.status_code == 302, route
        assert answer["Location"].startswith("/identity/sign-in/?next="), route


def test_a_paper_is_only_served_under_its_own_case(sample_city: SampleCity):
    client = sample_city.browser("agent")

    answer = client.get(f"/cases/{sample_city.ids['draft']}/files/{sample_city.ids['letter']}/")

    assert answer.status_code == 404


def without_ids(html: str) -> str:
    return re.sub(r'cases%2F\w+|csrfmiddlewaretoken" value="\w+', "", html)
