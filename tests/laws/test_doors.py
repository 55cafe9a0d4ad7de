"""Law 8, first half: every URL refuses a stranger unless its view is marked public; duties are declared and used."""

import re
from io import StringIO
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import path

from tests.laws.house import HOUSE
from tongban.infrastructure.kernel.module import Module
from tongban.infrastructure.ui.management.commands.doors import METHODS_OF_PAGES, Door, every_door

EXAMPLES = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": "x",
    "str": "x",
    "int": "1",
    "path": "x",
}
REFUSED = {401, 403, 404, 405}


def pages() -> list[Door]:
    return [door for door in every_door() if door.methods == METHODS_OF_PAGES]


def endpoints() -> list[Door]:
    return [door for door in every_door() if door.methods != METHODS_OF_PAGES]


def address(door: Door) -> str:
    return re.sub(r"[<{](?:(\w+):)?\w+[>}]", lambda found: EXAMPLES[found[1] or "str"], door.address)


def refuses(answer: HttpResponse) -> bool:
    sent_away = answer.status_code == 302 and "/identity/sign-in" in answer["Location"]
    return sent_away or answer.status_code in REFUSED


def test_every_door_says_who_may_come_in():
    silent = [f"{door.place} {door.address}" for door in every_door() if not door.audience]

    assert not silent


def test_an_unmarked_view_is_seen():
    def view(request):
        return None

    found = every_door(SimpleNamespace(url_patterns=[path("quiet/", view)]))

    assert [(door.address, door.audience) for door in found] == [("/quiet/", "")]
    assert found[0].place.startswith("tests/laws/test_doors.py:")


@pytest.mark.django_db
@pytest.mark.requirement("QUA-05")
def test_every_page_refuses_a_stranger_unless_it_is_public(client):
    let_in = []
    for door in pages():
        if door.audience == "public":
            continue
        for method in (client.get, client.post):
            answer = method(address(door))
            if not refuses(answer):
                let_in.append(f"{door.address}: {answer.status_code}")

    assert not let_in


@pytest.mark.django_db
@pytest.mark.urls("tests.laws.test_doors")
def test_a_page_that_lets_strangers_in_is_seen(client):
    assert not refuses(client.get("/open/"))


@pytest.mark.django_db
def test_every_endpoint_refuses_a_caller_without_a_key_unless_it_is_public(client):
    closed = [door for door in endpoints() if door.audience == "key"]
    let_in = []
    for door in closed:
        for method in door.methods.split():
            answer = client.generic(method, address(door), content_type="application/json")
            if answer.status_code != 401:
                let_in.append(f"{method} {door.address}: {answer.status_code}")

    assert closed
    assert not let_in


def test_the_doors_can_be_listed_with_place_and_audience():
    out = StringIO()

    call_command("doors", stdout=out)

    lines = out.getvalue().splitlines()
    assert any(
        re.search(r"^/desk/journal/ +page +journal.read +tongban/infrastructure/journal/pages.py:", line)
        for line in lines
    )
    assert any(re.search(r"^/api/v1/licences/ +GET +key +tongban/platform/licences/rest.py:", line) for line in lines)
    assert not any("NOT SAID" in line for line in lines)
    assert re.fullmatch(r"(\d+) of \1 doors; \d+ are public\.", lines[-1])


def test_doors_can_be_asked_for_by_words():
    out = StringIO()

    call_command("doors", "journal.read", "export", stdout=out)

    assert [line.split()[0] for line in out.getvalue().splitlines()[:-1]] == ["/desk/journal/export/"]


def declared_duties() -> set[str]:
    return {duty for config in apps.get_app_configs() if isinstance(config, Module) for duty in config.duties}


def named_duties() -> set[str]:
    """Return every duty that code names: "room.verb" in must_hold, holds, within, needs, menus and tables."""
    labels = "|".join(config.label for config in apps.get_app_configs() if isinstance(config, Module))
    pattern = re.compile(rf'"((?:{labels})\.[a-z_]+)"')
    found: set[str] = set()
    for file in HOUSE.rglob("*.py"):
        if {"tests", "migrations"} & set(file.parts) or file.name == "apps.py":
            continue
        for line in file.read_text().splitlines():
            if re.search(r"must_hold|holds\(|within\(|needs\(|DUTIES|READING|duty", line) or '("cases.' in line:
                found.update(pattern.findall(line))
    return found


def test_every_duty_that_code_names_is_declared():
    labels = {config.label for config in apps.get_app_configs() if isinstance(config, Module)}
    unknown = {duty for duty in named_duties() if duty.split(".")[0] in labels} - declared_duties()

    assert not {duty for duty in unknown if not duty.endswith((".services", ".models"))}


# The urls of the planted page above.
urlpatterns = [path("open/", lambda request: HttpResponse("come in"))]
