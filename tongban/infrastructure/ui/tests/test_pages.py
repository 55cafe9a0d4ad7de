import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.kernel.actors import ANONYMOUS, Actor, Grant
from tongban.infrastructure.kernel.module import MenuEntry, Module, rooms
from tongban.infrastructure.kernel.portals import Group, named
from tongban.infrastructure.ui import menus
from tongban.infrastructure.ui.checks import menus_have_groups

TEMPLATES = sorted(path for room in rooms() for path in (Path(room.path) / "templates").rglob("*.html"))

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    return client


def test_the_page_of_components_is_open_to_all(client):
    response = client.get("/ui/components/")

    assert response.status_code == 200
    assert "设计规范" in text(response)
    assert "请更正以下内容" in text(response)


def test_a_visitor_without_a_session_costs_no_query(client):
    client.get("/ui/components/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/ui/components/")

    assert len(queries) == 0


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-2:]))
def test_no_template_has_script_or_style_inside(path):
    source = path.read_text()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)", source, re.I)


def test_the_language_stays_chosen(client):
    response = client.get("/ui/language/?to=en&next=/ui/components/")

    assert response.headers["Location"] == "/ui/components/"
    assert "Design system" in text(client.get("/ui/components/"))


def test_an_unknown_language_changes_nothing(client):
    client.get("/ui/language/?to=xx")

    assert "设计规范" in text(client.get("/ui/components/"))


@pytest.mark.found("B14")
@pytest.mark.parametrize(("chosen", "size"), [("on", "20"), ("24", "24"), ("30", "30")])
def test_the_care_edition_keeps_the_size_of_type_that_was_chosen(client, chosen, size):
    client.get(f"/ui/care/?to={chosen}")
    page = text(client.get("/ui/components/"))

    assert f'care care-{size}"' in page
    assert re.search(rf'to={size}" rel="nofollow"\s+aria-current="true"', page)
    assert client.cookies["care"]["max-age"] > 300 * 24 * 3600


@pytest.mark.found("B14")
@pytest.mark.parametrize("odd", ["", "0", "31", "1e3", "<b>", "24 "])
def test_another_size_of_type_is_the_usual_edition(client, odd):
    client.cookies["care"] = odd

    assert 'class="portal-hall"' in text(client.get("/ui/components/"))


@pytest.mark.requirement("USR-19", "USR-23")
def test_the_care_edition_is_the_same_page(client):
    client.get("/ui/care/?to=on")
    with_care = text(client.get("/ui/components/"))
    client.get("/ui/care/?to=off")
    without = text(client.get("/ui/components/"))

    assert 'class="portal-hall care care-20"' in with_care
    assert "朗读本页" in with_care
    assert "设计规范" in with_care
    assert "朗读本页" not in without


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_switches_lead_back_to_our_own_pages_only(client, target):
    assert client.get("/ui/care/", {"to": "on", "next": target}).headers["Location"] == "/"


@pytest.fixture
def offering(monkeypatch):
    """Put other lines into every menu."""

    def offer(lines):
        monkeypatch.setattr(menus, "_known", lambda portal: lines)
        menus._seen_lines.forget()

    yield offer
    menus._seen_lines.forget()


def test_a_menu_shows_what_the_actor_may_use(offering):
    lines = (
        menus._Known("/x/public/", MenuEntry("x:public", "public", None)),
        menus._Known("/x/mine/", MenuEntry("x:mine", "mine")),
        menus._Known("/x/decide/", MenuEntry("x:decide", "decide", "x.decide")),
        menus._Known("/x/inbox/", MenuEntry("x:inbox", "inbox"), ("x.review", "x.approve")),
    )
    offering(lines)

    def seen(actor):
        return [line.title for line in menus.menu("hall", actor)]

    assert seen(ANONYMOUS) == ["public"]
    assert seen(Actor("person", account=1)) == ["public", "mine"]
    assert seen(Actor("staff", account=2, grants=(Grant("x.decide"),))) == ["public", "mine", "decide"]
    assert seen(Actor("staff", account=3, grants=(Grant("x.approve"),))) == ["public", "mine", "inbox"]


def test_a_short_menu_lies_open_and_of_a_long_one_the_first_group_and_the_present_one(offering):
    groups = [Group(key, key, "list") for key in ("work", "city", "system")]

    def fifty(each):
        return tuple(
            menus._Known(f"/x/{group.key}/{number}/", MenuEntry(f"x:{group.key}", "line", None), (), group)
            for group in groups
            for number in range(each)
        )

    offering(fifty(17))
    path = "/x/system/3/"
    long = menus.parts("hall", ANONYMOUS, path)
    offering(fifty(4))
    short = menus.parts("hall", ANONYMOUS, path)

    assert [(part.group.key, len(part.lines)) for part in long] == [("work", 17), ("city", 17), ("system", 17)]
    assert [part.open for part in long] == [True, False, True]
    assert [part.current for part in long] == [False, False, True]
    assert [part.open for part in short] == [True, True, True]


def test_every_line_stands_in_a_group_that_its_portal_has():
    assert menus_have_groups(None) == []


def test_a_line_in_no_group_and_a_group_without_an_icon_are_named(monkeypatch):
    desk = named("desk")
    monkeypatch.setattr(type(desk), "groups", (Group("work", "work", "unicorn"),))

    found = [message.id for message in menus_have_groups(None)]

    assert found.count("ui.E001") == 1
    assert "ui.W002" in found


def test_a_menu_begins_with_the_work_and_keeps_the_order_of_a_room():
    duties = ("cases.accept", "cases.file", "parties.find", "parties.register", "journal.read", "licences.read")
    official = Actor("staff", account=1, grants=tuple(map(Grant, duties)))

    assert [line.name for line in menus.menu("counter", official)] == [
        "workflow:todo",
        *("cases:all", "cases:window:start"),
        "notices:inbox",
        *("parties:find", "parties:register"),
    ]
    desk = [line.name for line in menus.menu("desk", official)]
    assert desk.index("cases:all") < desk.index("licences:register") < desk.index("journal:list")


def test_a_room_from_outside_the_house_has_its_lines_in_the_menu(monkeypatch):
    class Parking(Module):
        name = "parking"
        path = "/"
        menu = {"desk": [MenuEntry("jobs:list", "permits to park", "jobs.run")]}

    others = rooms()
    monkeypatch.setattr(menus, "rooms", lambda: [*others, Parking("parking", None)])
    menus._known.cache_clear()

    titles = [str(known.entry.title) for known in menus._known("desk")]

    menus._known.cache_clear()
    assert "permits to park" in titles


def test_the_line_one_stands_under_is_marked(offering):
    lines = (
        menus._Known("/x/", MenuEntry("x:all", "all", None)),
        menus._Known("/x/inbox/", MenuEntry("x:inbox", "inbox", None)),
    )
    offering(lines)

    marked = [line.title for line in menus.menu("hall", ANONYMOUS, "/x/inbox/7/") if line.current]

    assert marked == ["inbox"]


@pytest.mark.parametrize(
    ("path", "portal"),
    [("/", "hall"), ("/cases/", "hall"), ("/desk/workflow/", "desk"), ("/crew/", "crew"), ("/desks/", "hall")],
)
def test_a_path_names_its_portal(path, portal):
    assert menus.portal_of(path) == portal


def test_where_there_is_nothing_to_say_nothing_stands_in_the_place_for_it(client):
    """Style looks for :empty, which white space is not: a strip of paper would stand above the page."""
    text = client.get("/").content.decode()

    assert re.search(r'<div id="messages" aria-live="polite"></div>', text)
