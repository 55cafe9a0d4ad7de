"""Law 1, of names: what names a page knows its room, in Python and in templates. So names of pages point down.

A room leads to a page further up by what that room calls it for others; see `kernel.links`. And an address is asked
for by its name: no file says where a page lies.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID

import pytest

from tests.laws.house import HOUSE, height, parsed, room_of, sources
from tongban.infrastructure.kernel import links
from tongban.infrastructure.kernel.module import rooms

NAME = re.compile(r"^(?:(?P<portal>[a-z_]+):)?(?P<room>[a-z_]+):[a-z_]+(?::[a-z_]+)*$")
QUOTED = re.compile(r"""["']([a-z_]+(?::[a-z_]+)+)["']""")
WRITTEN = re.compile(r"""(?:href|action|src)=["'](/[a-z][^"'{]*)""")


def places() -> dict[str, str]:
    """Return where each room stands, by its label: "cases" -> "platform.cases"."""
    return {room.label: room.name.removeprefix("tongban.") for room in rooms()}


def portals(known: Mapping[str, str]) -> set[str]:
    return {label for label, place in known.items() if place.startswith("portals.")}


def named(text: str, known: Mapping[str, str]) -> str:
    """Return the room whose page a name is: "hall:cases:begin", or "cases:begin" in a menu; "" where it is none."""
    found = NAME.match(text)
    if not found or (found["portal"] and found["portal"] not in portals(known)):
        return ""
    return "" if found["room"] in portals(known) else known.get(found["room"], "")


def texts(source: str) -> Iterator[str]:
    """Yield the texts of a piece of Python, docstrings left out."""
    for node in ast.walk(parsed(source)):
        prose = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for child in () if prose else ast.iter_child_nodes(node):
            if isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield child.value


def upward(found: Iterator[str] | list[str], here: str, known: Mapping[str, str]) -> list[str]:
    """Return the names of pages of rooms that do not stand below this one."""
    return [text for text in found if (room := named(text, known)) and room != here and height(room) >= height(here)]


def fixed(found: Iterator[str] | list[str], known: Mapping[str, str]) -> list[str]:
    """Return the addresses of pages that are written out."""
    first = "|".join(sorted({*known, *(label for label in portals(known))}))
    return [text for text in found if re.match(rf"/(?:{first})/", text)]


def templates() -> list[Path]:
    return sorted(HOUSE.rglob("templates/**/*.html"))


def place_of(file: Path) -> str:
    return ".".join(room_of(file)) if len(file.relative_to(HOUSE).parts) > 2 else "city"


def test_names_of_pages_point_down_in_python():
    known = places()
    found = {str(file.relative_to(HOUSE)): upward(texts(file.read_text()), place_of(file), known) for file in sources()}

    assert not {file: names for file, names in found.items() if names}


def test_names_of_pages_point_down_in_templates():
    known = places()
    found = {
        str(file.relative_to(HOUSE)): upward(QUOTED.findall(file.read_text()), place_of(file), known)
        for file in templates()
    }

    assert len(found) > 150
    assert not {file: names for file, names in found.items() if names}


def test_no_file_says_where_a_page_lies():
    known = places()
    found = {str(file.relative_to(HOUSE)): fixed(texts(file.read_text()), known) for file in sources()}
    found |= {str(file.relative_to(HOUSE)): fixed(WRITTEN.findall(file.read_text()), known) for file in templates()}

    assert not {file: addresses for file, addresses in found.items() if addresses}


PLANTED = [
    ("infrastructure.ui", "hall:identity:sign_in"),
    ("infrastructure.jobs", "desk:journal:list"),
    ("platform.parties", "counter:cases:window:start"),
    ("platform.catalogue", "hall:cases:begin"),
    ("platform.workflow", "desk:seals:one"),
    ("platform.cases", "hall:ratings:rate"),
    ("applications.permits", "hall:ratings:rate"),
    ("platform.cases", "ratings:follow_ups"),
]


@pytest.mark.parametrize(("here", "name"), PLANTED)
def test_a_name_that_points_up_or_aside_is_seen_on_every_floor(here, name):
    known = places() | {"ratings": "applications.ratings"}

    assert upward(texts(f"def lead():\n    return reverse({name!r})\n"), here, known) == [name]
    assert upward(QUOTED.findall(f'<a href="{{% url "{name}" uid %}}">'), here, known) == [name]


@pytest.mark.parametrize(
    ("here", "name"), [("applications.permits", "hall:cases:begin"), ("portals.hall", "hall:ratings:rate")]
)
def test_a_name_that_points_down_is_fine(here, name):
    known = places() | {"ratings": "applications.ratings"}

    assert not upward([name, "a:b", "http", "cases:nothing here"], here, known)


def test_an_address_that_is_written_out_is_seen():
    known = places()

    assert fixed(texts('def lead(uid):\n    """Not /cases/1/."""\n    return f"/cases/{uid}/"\n'), known) == ["/cases/"]
    assert fixed(WRITTEN.findall('<a href="/desk/journal/">'), known) == ["/desk/journal/"]
    assert not fixed(["/", "/api/", "cases/"], known)


def test_a_room_leads_to_a_page_further_up_by_what_that_calls_it(monkeypatch):
    assert links.url_of("apply", "food-business") == "/cases/begin/food-business/"
    assert links.url_of("nobody_has_this") == ""


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.label)
def test_every_link_that_a_room_declares_is_a_page_of_its_own(room):
    assert all(room.label in page.split(":")[:-1] for page in room.links.values())
    for name in room.links:
        assert any(links.url_of(name, *words) for words in ((), ("x",), (str(UUID(int=1)),))), name


def test_two_rooms_that_declare_one_link_are_told(monkeypatch):
    first, second = list(rooms())[:2]
    links._pages.cache_clear()
    monkeypatch.setattr(type(first), "links", {"twice": "hall:a:b"})
    monkeypatch.setattr(type(second), "links", {"twice": "hall:c:d"})

    with pytest.raises(ValueError, match="twice"):
        links.url_of("twice")

    links._pages.cache_clear()
