"""Law 8, first half: every URL refuses a stranger unless its view is marked public; duties are declared and used."""

import ast
import re
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import path

from tests.laws.house import parsed, sources
from tongban.infrastructure.kernel.module import citywide_duties, rooms
from tongban.infrastructure.ui.management.commands.doors import METHODS_OF_PAGES, Route, every_door

EXAMPLES = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": "x",
    "str": "x",
    "int": "1",
    "path": "x",
}
REFUSED = {401, 403, 404, 405}
ASKING = {"must_hold", "holds", "within", "requires"}


def pages() -> list[Route]:
    return [door for door in every_door() if door.methods == METHODS_OF_PAGES]


def endpoints() -> list[Route]:
    return [door for door in every_door() if door.methods != METHODS_OF_PAGES]


def address(door: Route) -> str:
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
    assert found[0].source.startswith("tests/laws/test_doors.py:")


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
    assert any(
        re.search(r"^/api/v1/licences/ +GET +key +tongban/platform/licences/rest/register.py:", line) for line in lines
    )
    assert not any("NOT SAID" in line for line in lines)
    assert re.fullmatch(r"(\d+) of \1 doors; \d+ are public\.", lines[-1])


def test_doors_can_be_asked_for_by_words():
    out = StringIO()

    call_command("doors", "journal.read", "export", stdout=out)

    assert [line.split()[0] for line in out.getvalue().splitlines()[:-1]] == ["/desk/journal/export/"]


def declared_duties() -> set[str]:
    return {duty for room in rooms() for duty in room.duties}


def texts(node: ast.AST) -> set[str]:
    """Return what has the shape of a duty in a piece of code: "room.verb"."""
    found = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return {text for text in found if re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}


def asked_duties(source: str) -> set[str]:
    """Return the duties that a file asks for."""
    found: set[str] = set()
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ASKING:
            found = found.union(*(texts(argument) for argument in node.args))
    return found


def files() -> list[str]:
    """Return the code that may ask for a duty: not what declares duties, or gives them out in the demonstration."""
    given = ("apps.py", "demonstration.py")
    return [file.read_text() for file in sources() if file.name not in given and "demonstration" not in file.parts]


def test_every_duty_that_code_asks_for_is_declared():
    asked = set().union(*(asked_duties(source) for source in files()))

    assert len(asked) > 20
    assert not asked - declared_duties()


def test_every_declared_duty_opens_something():
    named = set().union(*(texts(parsed(source)) for source in files()))

    assert not declared_duties() - named


def test_a_duty_nobody_declared_is_seen():
    assert asked_duties('actor.must_hold("cases.invent", department=1)') == {"cases.invent"}
    assert asked_duties('@requires("cases.read", "cases.invent")\ndef view(): ...') == {"cases.read", "cases.invent"}


def placed_duties(source: str) -> set[str]:
    """Return the duties that a file names other than in asking whether somebody holds them anywhere at all."""
    whole = list(ast.walk(parsed(source)))
    calls = [node for node in whole if isinstance(node, ast.Call) and not node.keywords]
    asking = [call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) in ASKING - {"within"}]
    anywhere = {argument for call in asking for argument in call.args}
    return set().union(*(texts(node) for node in whole if isinstance(node, ast.Constant) and node not in anywhere))


def test_a_duty_that_is_asked_for_in_no_department_is_said_to_reach_the_house():
    placed = set().union(*(placed_duties(source) for source in files()))

    assert declared_duties() - placed == citywide_duties()


def test_a_room_says_only_of_its_own_duties_that_they_reach_the_house():
    assert not [duty for room in rooms() for duty in room.citywide_duties if duty not in room.duties]


def test_a_duty_that_is_asked_for_in_a_department_is_told_from_one_that_is_not():
    assert placed_duties('actor.must_hold("cases.invent")') == set()
    assert placed_duties('@requires("cases.read", "cases.invent")\ndef view(): ...') == set()
    assert placed_duties('actor.must_hold("cases.invent", department=1)') == {"cases.invent"}
    assert placed_duties('self.filter(actor.within("cases.invent"))') == {"cases.invent"}
    assert placed_duties('READING = ("cases.read", "cases.invent")') == {"cases.read", "cases.invent"}


# The urls of the planted page above.
urlpatterns = [path("open/", lambda request: HttpResponse("come in"))]
