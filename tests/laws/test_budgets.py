"""No page of a list asks more questions because there are more rows, and none asks many."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.sample_city import SampleCity
from tests.samples import samples
from tongban.infrastructure.ui.management.commands.doors import METHODS_OF_PAGES, Route, every_door
from tongban.platform.cases.models import Case

pytestmark = pytest.mark.django_db

FEW = 4
MORE = 32  # more than a page holds
MAX_QUERIES = 11


def plain_pages() -> Iterator[Route]:
    """Yield the doors that can be opened without naming anything."""
    for door in every_door():
        if "<" not in door.address and door.methods in {METHODS_OF_PAGES, "GET"}:
            yield door


def asked(client: Client, address: str) -> tuple[int, list[str]]:
    """Return the status and the questions that this page asks of the database."""
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)
    return answer.status_code, [query["sql"] for query in seen.captured_queries]


def measured(clients: dict[str, Client]) -> dict[str, list[str]]:
    found = {}
    for door in plain_pages():
        client = clients[who(door)]
        asked(client, door.address)  # what is kept in memory is kept from now on
        status, queries = asked(client, door.address)
        if status == 200:
            found[door.address] = queries
    return found


def who(door: Route) -> str:
    """Return who is likely to be let in: "official", "system" or "owner"."""
    if door.address.startswith("/api/"):
        return "system"
    return "official" if re.match("/(desk|counter|crew)/", door.address) else "owner"


def test_no_page_asks_more_because_there_is_more(sample_city: SampleCity):
    clients = {
        "official": sample_city.signed_in(sample_city.official),
        "owner": sample_city.browser("agent"),
        "system": sample_city.caller(),
    }
    multiply(sample_city, FEW)
    before = measured(clients)
    multiply(sample_city, MORE)
    after = measured(clients)

    grown = {
        address: [query for query in queries if query not in before[address]][:3]
        for address, queries in after.items()
        if len(queries) > len(before[address])
    }
    gathered = {address: count() for sample in samples() for address, count in sample.gathered.items()}
    many = {
        address: queries for address, queries in after.items() if len(queries) > MAX_QUERIES + gathered.get(address, 0)
    }
    assert len(after) >= 40
    assert not grown, grown
    assert not many, many


def multiply(city: SampleCity, times: int) -> None:
    """Let every room put more of everything beside what is there."""
    for sample in samples():
        sample.many(city, times)


def test_a_question_for_each_row_is_seen(sample_city: SampleCity):
    def careless() -> int:
        with CaptureQueriesContext(connection) as seen:
            [case.version.service.name for case in Case.objects.all()]
        return len(seen)

    few = careless()
    multiply(sample_city, FEW)

    assert careless() > few
