"""No query of a list grows with the table: page by page the database looks at as few rows of thousands as of ten."""

import re
from collections.abc import Callable, Iterable, Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from tests.laws import plans
from tests.laws.flood import MANY, SELDOM_ASKED, flood, flood_cases
from tests.laws.sample_city import Post, SampleCity
from tests.laws.test_budgets import duties, plain_pages, who
from tongban.platform.cases.models import Case
from tongban.platform.seals.models import Seal

pytestmark = pytest.mark.django_db

# What an office keeps about itself: as much as somebody writes down, not as much as people bring.
SMALL = {
    *(
        "identity.Department",
        "identity.Role",
        "places.Area",
        "places.Hall",
        "registers.Register",
        "seals.Seal",
        "workflow.Process",
    ),
    *("catalogue.Service", "catalogue.Heading", "catalogue.Definition", "catalogue.Version", "catalogue.Edition"),
    *("codes.Year", "codes.Day", "codes.FixedDay", "codes.CodeList", "codes.Code"),
    *("crypto.Secret", "crypto.Key", "licences.Serial", "telemetry.Heartbeat", "ratings.Tally"),
    *("identity.FailedAttempt", "identity.ResetLink", "identity.DeniedAccess"),  # found by their keys alone, in no list
}
# Pages that are no lists: they count what waits, what a period holds, or send everything.
NO_LISTS = {
    "/metrics",
    "/readyz",
    "/desk/journal/export/",
    *(f"/desk/cases/figures/{page}" for page in ("", "figures.csv", "cases/")),
}
OFFICE = ("cases.accept", "cases.review", "cases.inspect", "cases.approve", "cases.read", "licences.read")
OFFICIALS = {
    "for everything": [Post("city", (), "", True)],
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
WORK = (
    *("/desk/cases/", "/counter/cases/", "/crew/cases/", "/desk/cases/?mine=1"),
    *("/desk/cases/all/", "/desk/cases/all/?state=accepted", "/desk/cases/all/?state=withdrawn", "/counter/cases/all/"),
    *("/desk/licences/", "/desk/licences/?q=没有", "/desk/notices/"),
)
NARROWED = (
    *(
        f"{portal}?{query}"
        for portal in ("/desk/cases/", "/counter/cases/", "/crew/cases/")
        for query in (
            *("late=over", "late=today", "late=soon", "order=arrival", "service=food-business"),
            *("service=food-business&order=arrival", f"service={SELDOM_ASKED}&late=over"),
            *(f"service={SELDOM_ASKED}", f"service={SELDOM_ASKED}&order=arrival", "department=health&late=over"),
        )
    ),
    *(
        f"/desk/cases/all/?{query}"
        for query in (
            *("late=over", "late=today", "late=soon", "late=still", "order=day", "state=submitted&order=day"),
            *("service=food-business", f"service={SELDOM_ASKED}", f"service={SELDOM_ASKED}&state=accepted"),
            *(
                "service=food-business&state=withdrawn",
                f"service={SELDOM_ASKED}&late=over",
                "late=over&state=accepted",
            ),
            *("department=health", "department=health&order=day", "department=fire-rescue&service=food-business"),
        )
    ),
)
QUESTIONS = (
    *("?subject={subject}", "?actor=陈静", "?actor=没有", "?name=cases.CaseSubmitted", "?name=cases.CaseRefused"),
    *("?day=2026-03-01", "?day=2026-03-01&name=cases.CaseOpened", "?subject={subject}&name=cases.CaseSubmitted"),
)
SYSTEM_LISTS = ("/api/v1/cases/", "/api/v1/cases/?state=accepted", "/api/v1/licences/?purpose=核对")
DEEP = 3  # pages
ENOUGH = 800  # of each kind of case, for a careless question to be seen


@pytest.fixture
def flooded(sample_city: SampleCity) -> SampleCity:
    flood(sample_city)
    _look_at_tables()
    return sample_city


def _look_at_tables() -> None:
    """Let PostgreSQL know its tables. SQLite goes without in a house that runs, so it does here."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def growing() -> set[str]:
    return {model._meta.db_table for model in apps.get_models() if model._meta.label not in SMALL}


def asked(client: Client, address: str) -> tuple[str, list[plans.Question]]:
    """Return a page and what it asked of the database, "" where the door stays shut."""
    with plans.listening() as questions:
        answer = client.get(address)
    text = answer.content.decode(errors="replace") if answer.status_code == 200 and not answer.streaming else ""
    return text, questions


def turned(client: Client, address: str) -> Iterator[list[plans.Question]]:
    """Turn the pages of a list, forwards and then back once; yield what each asked."""
    way = ["next"] * (DEEP - 1) + ["prev"]
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


def judged(client: Client, addresses: Iterable[str]) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Return the complaints about these lists, and how many pages of each were turned."""
    known: dict[plans.Question, list[str]] = {}
    wrong: dict[str, list[str]] = {}
    pages: dict[str, int] = {}
    for address in addresses:
        for questions in turned(client, address):
            pages[address] = pages.get(address, 0) + 1
            for question in questions:
                if question not in known:
                    known[question] = plans.complaints(question, growing())
                if known[question]:
                    short = re.sub(r"^SELECT .*? FROM", "SELECT … FROM", question.sql)
                    wrong.setdefault(address, []).append(f"page {pages[address]}: {known[question]} {short[:700]}")
    return {address: list(dict.fromkeys(found))[:2] for address, found in wrong.items()}, pages


@pytest.mark.slow
def test_no_list_looks_at_more_rows_because_there_are_more(flooded: SampleCity):
    official = flooded.browser(flooded.official)
    faults, pages = {}, {}
    for name, posts in OFFICIALS.items():
        everything = [Post(post.department, post.duties or duties(), post.area, post.subtree) for post in posts]
        flooded.appoint(everything)
        faults[name], pages[name] = judged(official, [*WORK, *NARROWED, *searches(flooded)])
    flooded.appoint([Post("city", duties(), "", True)])
    readers = {
        "operator": (official, [*office_pages(), *more_lists(flooded)]),
        "agent": (flooded.browser(flooded.cast.accounts["agent"], flooded.companies[0]), peoples_pages()),
        "citizen": (flooded.browser(flooded.cast.accounts["citizen"]), peoples_pages()),
        "system": (flooded.caller(), SYSTEM_LISTS),
    }
    for name, (client, addresses) in readers.items():
        faults[name], pages[name] = judged(client, addresses)

    few = {model._meta.label for model in apps.get_models() if model.objects.count() < MANY}
    assert few - {"contenttypes.ContentType"} == SMALL, "every table that grows was full meanwhile"
    faults = {name: found for name, found in faults.items() if found}
    assert not faults, "\n".join(
        f"{name} {address}: {text}" for name in faults for address, text in faults[name].items()
    )
    # There were pages to turn: forwards to the third, and back.
    for address in ("/desk/cases/", "/counter/cases/", "/crew/cases/", "/desk/cases/all/", "/desk/licences/"):
        assert pages["for everything"][address] == DEEP + 1, address
    for address in ("/desk/journal/", "/desk/journal/?actor=陈静", "/desk/ratings/", "/desk/registers/corrections/"):
        assert pages["operator"][address] == DEEP + 1, address
    for address in SYSTEM_LISTS:
        assert pages["system"][address] == DEEP, address
    for address in ("/cases/", "/notices/", "/licences/", "/documents/", "/registers/reads/"):
        assert pages["agent"][address] == DEEP + 1, address


def searches(sample_city: SampleCity) -> list[str]:
    """Return searches for a number, for the beginning of one, and for an applicant."""
    known = Case.objects.exclude(number=None).order_by("-pk")[0]
    texts = (str(known.number), str(known.number)[:16], sample_city.cast.people["citizen"].name, "没有")
    return [f"/desk/cases/all/?q={text}" for text in texts]


def office_pages() -> list[str]:
    return [door.address for door in plain_pages() if who(door) == "official" and door.address not in NO_LISTS]


def more_lists(sample_city: SampleCity) -> list[str]:
    subject = f"account:{sample_city.cast.accounts['agent'].pk}"
    return [
        *(f"/desk/journal/{question}".format(subject=subject) for question in QUESTIONS),
        *("/desk/registers/corrections/?decided=1", "/desk/ratings/?answered=1", "/desk/identity/?q=周0012"),
        f"/desk/seals/{Seal.objects.order_by('pk')[0].uid}/",
    ]


def peoples_pages() -> list[str]:
    pages = [door.address for door in plain_pages() if who(door) != "official" and door.address not in NO_LISTS]
    return [address for address in pages if not address.startswith("/api/")]


def test_a_careless_question_is_seen(sample_city: SampleCity):
    flood_cases(sample_city, ENOUGH)
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
