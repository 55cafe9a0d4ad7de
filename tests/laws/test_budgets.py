"""No page of a list asks more questions because there are more rows, and none asks many."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.laws.sample_city import Post, SampleCity
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.module import rooms
from tongban.infrastructure.ui.management.commands.doors import METHODS_OF_PAGES, Route, every_door
from tongban.platform.cases.models import Case, Participation
from tongban.platform.documents.models import Document
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.parties.models import Party
from tongban.platform.workflow.models import Task

pytestmark = pytest.mark.django_db

MORE = 30  # more than a page holds
MAX_QUERIES = 11


def duties() -> tuple[str, ...]:
    return tuple(sorted(duty for room in rooms() for duty in room.duties))


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
        client = clients["api" if door.address.startswith("/api/") else who(door)]
        asked(client, door.address)  # what is kept in memory is kept from now on
        status, queries = asked(client, door.address)
        if status == 200:
            found[door.address] = queries
    return found


def who(door: Route) -> str:
    return "official" if re.match("/(desk|counter|crew)/", door.address) else "agent"


def test_no_page_asks_more_because_there_is_more(sample_city: SampleCity):
    everything = Post("city", duties(), "", True)
    sample_city.appoint([everything])
    clients = {
        "official": sample_city.browser(sample_city.official),
        "agent": sample_city.browser(sample_city.cast.accounts["agent"], sample_city.companies[0]),
        "api": sample_city.caller(),
    }
    multiply(sample_city, 2)
    before = measured(clients)
    multiply(sample_city, MORE)
    after = measured(clients)

    grown = {
        address: [query for query in queries if query not in before[address]][:3]
        for address, queries in after.items()
        if len(queries) > len(before[address])
    }
    many = {address: queries for address, queries in after.items() if len(queries) > MAX_QUERIES}
    assert len(after) >= 40
    assert not grown, grown
    assert not many, many


def test_a_question_for_each_row_is_seen(sample_city: SampleCity):
    def careless() -> int:
        with CaptureQueriesContext(connection) as seen:
            [case.version.service.name for case in Case.objects.all()]
        return len(seen)

    few = careless()
    multiply(sample_city, 5)

    assert careless() > few


def multiply(sample_city: SampleCity, times: int) -> None:
    """Put more of everything that lists show beside what is there."""
    company = sample_city.companies[0]
    for case in Case.objects.filter(applicant=company)[:2]:
        for _number in range(times):
            _another_case(case)
    for licence in Licence.objects.issued().filter(holder=company)[:1]:
        for number in range(times):
            another(licence, subject=f"case:{ids.token(6)}", number=f"{licence.number}-{number}-{ids.token(4)}")
    for model, own in ((Document, {"owner": company}), (Notice, {"party": company})):
        first = model.objects.filter(**own)[0]
        for _number in range(times):
            another(first)
    for _number in range(times):
        jobs.enqueue(_nothing)
    another_person = Party.objects.get(pk=sample_city.cast.people["citizen"].pk)
    for _number in range(times):
        another(another_person, account=None, id_digest=uuid.uuid4().hex)


@jobs.task
def _nothing() -> None:
    """A job for the list of jobs."""


def _another_case(case: Case) -> None:
    parts = list(Participation.objects.filter(case=case))
    tasks = list(Task.objects.filter(subject=case.subject))
    copy = another(case)
    for part in parts:
        another(part, case=copy)
    for task in tasks:
        instance = another(task.instance, subject=copy.subject)
        another(task, instance=instance, subject=copy.subject)


def another(row: Any, **changes: Any) -> Any:
    """Keep a second row like this one; what must be unique is made anew."""
    row = type(row).objects.get(pk=row.pk)
    alone = {rule.fields[0] for rule in row._meta.total_unique_constraints if len(rule.fields) == 1}
    # Read before anything is changed: what is encrypted is read as the row it stands in.
    for field, value in [(field, getattr(row, field.attname)) for field in row._meta.fields]:
        unique = (field.unique or field.name in alone) and not field.primary_key and not field.is_relation
        if unique and value is not None:
            setattr(row, field.attname, _fresh(field, value))
    for name, value in changes.items():
        setattr(row, name, value)
    row.pk = None
    row._state.adding = True
    row.save()
    return row


def _fresh(field: Any, value: Any) -> Any:
    if field.has_default():
        return field.get_default()
    return f"{str(value)[: (field.max_length or 60) - 9]}-{ids.token(8)}"
