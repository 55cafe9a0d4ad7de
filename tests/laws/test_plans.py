"""No query of a list grows with the table: page by page the database looks at as few rows of thousands as of ten."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.test import Client

from tests.cast import definition
from tests.laws import plans
from tests.laws.test_budgets import plain_pages, who
from tests.sample_city import Post, SampleCity, every_duty
from tests.samples import samples
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.module import citywide_duties
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.cases.models import Case
from tongban.platform.cases.tests.sample import many_cases

pytestmark = pytest.mark.django_db

# What reaches as far as a department; not what is held everywhere or nowhere.
OFFICE = tuple(sorted(set(every_duty()) - citywide_duties()))
OFFICIALS = {
    "for everything": [Post("city", every_duty(), "", True)],
    "of one department": [Post("market-regulation", OFFICE, "", False)],
    "of two, for a district": [
        Post("market-regulation", OFFICE, "990102", False),
        Post("fire-rescue", OFFICE, "990102", False),
    ],
    "of many departments": [
        Post(key, OFFICE, "", False)
        for key in ("market-regulation", "fire-rescue", "health", "public-security", "government-services")
    ],
    "who is seldom needed": [Post("health", OFFICE, "", False)],
    "who is not needed": [Post("public-security", OFFICE, "", False)],
}
# Who turns pages; the others look at the first one, which is where they would have to look far for something.
TURNED = ("for everything", "of one department")
MANY = 2000  # of everything, for one owner; as many again for others
DEEP = 3  # pages
ENOUGH = 800  # of each kind of case, for a careless question to be seen


@pytest.fixture
def flooded(sample_city: SampleCity) -> SampleCity:
    """The city, with thousands of rows in every table that grows."""
    for sample in samples():
        sample.many(sample_city, MANY)
    _look_at_tables()
    return sample_city


def _look_at_tables() -> None:
    """Let PostgreSQL know its tables. SQLite goes without in a house that runs, so it does here."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def small() -> set[type[Model]]:
    return {model for sample in samples() for model in sample.small}


@cache
def growing() -> frozenset[str]:
    few = small()
    return frozenset(model._meta.db_table for model in apps.get_models() if model not in few)


def asked(client: Client, address: str) -> tuple[str, list[plans.Question]]:
    """Return a page and what it asked of the database, "" where the door stays shut."""
    with plans.listening() as questions:
        answer = client.get(address)
    text = answer.content.decode(errors="replace") if answer.status_code == 200 and not answer.streaming else ""
    return text, questions


def turned(client: Client, address: str, deep: int) -> Iterator[list[plans.Question]]:
    """Turn so many pages of a list, forwards and then back once; yield what each asked."""
    way = ["next"] * (deep - 1) + ["prev"] * (deep > 1)
    while True:
        text, questions = asked(client, address)
        if not text:
            return
        yield questions
        further = _further(text, way.pop(0)) if way else ""
        if not further:
            return
        address = f"{address.partition('?')[0]}?{further}"


def _further(text: str, way: str) -> str:
    """Return the question with which a page, or an answer to a machine, leads further."""
    link = re.search(rf'rel="{way}" href="\?([^"]+)"|"{way}": "([^"]+)"', text)
    return (link[1] or link[2]).replace("&amp;", "&") if link else ""


def judged(client: Client, addresses: Iterable[str], deep: int = DEEP) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Return the complaints about these lists, and how many pages of each were turned."""
    known: dict[plans.Question, list[str]] = {}
    wrong: dict[str, list[str]] = {}
    pages: dict[str, int] = {}
    for address in addresses:
        for questions in turned(client, address, deep):
            pages[address] = pages.get(address, 0) + 1
            for question in questions:
                if question not in known:
                    known[question] = plans.complaints(question, growing())
                if known[question]:
                    wrong.setdefault(address, []).append(
                        f"page {pages[address]}: {known[question]} {short(question.sql)}"
                    )
    return {address: list(dict.fromkeys(found))[:2] for address, found in wrong.items()}, pages


def lists(city: SampleCity, reader: str) -> list[str]:
    """Return the lists of a reader: those at plain addresses, and those that samples name."""
    whole = {address for sample in samples() for address in sample.whole}
    plain = [door.address for door in plain_pages() if who(door) == reader and door.address not in whole]
    more = [address for sample in samples() for address in sample.lists.get(reader, nothing)(city)]
    return [address for address in (*plain, *more) if reader == "system" or not address.startswith("/api/")]


def nothing(city: SampleCity) -> list[str]:
    return []


@pytest.mark.slow
def test_no_list_looks_at_more_rows_because_there_are_more(flooded: SampleCity):
    official = flooded.signed_in(flooded.official)
    faults, pages = {}, {}
    for name, posts in OFFICIALS.items():
        flooded.appoint(posts)
        deep = DEEP if name in TURNED else 1
        faults[name], pages[name] = judged(official, lists(flooded, "official"), deep)
    flooded.appoint(OFFICIALS["for everything"])
    citizen = flooded.signed_in(flooded.cast.accounts["citizen"])
    for name, client, reader in (
        ("agent", flooded.browser("agent"), "owner"),
        ("citizen", citizen, "owner"),
        ("system", flooded.caller(), "system"),
    ):
        faults[name], pages[name] = judged(client, lists(flooded, reader))

    few = {model for model in apps.get_models() if model.objects.count() < MANY} - {ContentType}
    assert few == small(), "every table that grows was full meanwhile"
    faults = {name: found for name, found in faults.items() if found}
    assert not faults, "\n".join(
        f"{name} {address}: {text}" for name in faults for address, text in faults[name].items()
    )
    # There were pages to turn: forwards to the third, and back.
    for reader, least in (("for everything", 14), ("agent", 5)):
        turned = [address for address, times in pages[reader].items() if times == DEEP + 1]
        assert len(turned) >= least, turned
    assert [address for address, times in pages["system"].items() if times == DEEP]


@pytest.mark.slow
def test_no_verb_looks_at_more_rows_because_there_are_more(flooded: SampleCity):
    folder = definition("food-business")
    example = json.loads((folder / "examples.json").read_text())[0]
    agent, known = flooded.owner, flooded.company
    own = {"operator_name": known.name, "uscc": known.id_number, "premises_address": "云泽市临湖区桂花巷 7 号"}

    with plans.listening() as questions:
        case = cases.begin(actor=agent, service="food-business", key="flooded")
        answers = {name: value for name, value in (example["answers"] | own).items() if name not in case.sources}
        case = cases.fill(actor=agent, case=case, answers=answers, revision=case.revision)
        rehearsal.hand_in(agent, case, folder, example["materials"])
        cases.submit(actor=agent, uid=case.uid, declared=True)
        jobs.run_all()
        for step in example["steps"]:
            rehearsal.do(agent, case, folder, step)
            jobs.run_all()

    assert Case.objects.get(pk=case.pk).outcome == "granted"
    faults = {
        short(question.sql): complaints
        for question in dict.fromkeys(questions)
        if (complaints := plans.complaints(question, growing()))
    }
    assert len(questions) > 100
    assert not faults, "\n".join(f"{found} {sql}" for sql, found in faults.items())


def short(sql: str) -> str:
    return re.sub(r"^SELECT .*? FROM", "SELECT … FROM", sql)[:700]


def test_a_careless_question_is_seen(sample_city: SampleCity):
    many_cases(sample_city, ENOUGH)
    _look_at_tables()
    company = sample_city.companies[0]
    careless = {
        "sorted by what no index holds": Case.objects.filter(applicant=company).order_by("query_code")[:20],
        "counted": Case.objects.filter(applicant=company, revision__gt=0).values("pk").order_by("revision"),
        "skipped": Case.objects.submitted_by_people().order_by("-submitted_at", "-pk")[3 * ENOUGH :][:20],
        "compared with what no index holds": Case.objects.filter(query_code="x"),
        "found among too many": Case.objects.submitted_by_people().filter(outcome="x").order_by("-submitted_at")[:20],
    }
    careful = Case.objects.filter(applicant=company, submitted_at__isnull=False).order_by("-submitted_at", "-pk")[:21]

    for name, questions in careless.items():
        assert plans.complaints(heard(lambda questions=questions: list(questions)), growing()), name
    assert not plans.complaints(heard(lambda: list(careful)), growing())


def heard(ask: Callable[[], object]) -> plans.Question:
    with plans.listening() as questions:
        ask()
    return questions[-1]
