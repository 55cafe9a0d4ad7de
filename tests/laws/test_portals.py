"""Portals declare themselves: what lies below them knows none by name, so a new one is a folder and a line."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from django.urls import clear_url_caches, resolve

from tests.laws.house import HOUSE, parsed, sources
from tongban.infrastructure.kernel import portals
from tongban.infrastructure.kernel.portals import Portal
from tongban.infrastructure.ui import routing

NAMES = frozenset(portal.label for portal in portals.portals())
# Where a room says in which portals it shows what.
OWN_SHOWING = re.compile(r"(^|/)(apps|pages)(\.py|/)")
BELOW = ("infrastructure/kernel", "infrastructure/ui", "platform/identity")


def named(source: str) -> Iterator[str]:
    """Yield the portals that a file names: "desk", "/desk/…"."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            word = node.value.removeprefix("/")
            if word in NAMES or (node.value.startswith("/") and word.partition("/")[0] in NAMES | {"api"}):
                yield node.value


def files() -> list[Path]:
    inside = [file for file in sources() if str(file.relative_to(HOUSE)).startswith(BELOW)]
    return [file for file in inside if not OWN_SHOWING.search(str(file.relative_to(HOUSE)))]


def test_what_lies_below_the_portals_knows_none_by_name():
    found = {str(file.relative_to(HOUSE)): list(named(file.read_text())) for file in files()}

    assert len(found) > 60
    assert not {file: names for file, names in found.items() if names}


def test_the_templates_of_the_design_system_know_none_either():
    compared = re.compile(rf'portal\s*[!=]=|"/(?:{"|".join(NAMES)})/')
    templates = (HOUSE / "infrastructure/ui/templates").rglob("*.html")

    assert [file.name for file in templates if compared.search(file.read_text())] == []


@pytest.mark.parametrize("source", ['portal = "desk"\n', 'path.startswith("/api/")\n', 'x = "/crew/tasks/"'])
def test_a_portal_named_below_is_seen(source):
    assert list(named(source))


class Cockpit(Portal):
    """A portal of tomorrow: a folder with nothing but its manifest."""

    name = "cockpit"
    path = "/"
    title = "Cockpit"
    prefix = "cockpit/"


def test_a_new_portal_needs_nothing_but_its_manifest(monkeypatch, tmp_path):
    (tmp_path / "cockpit").mkdir()
    (tmp_path / "cockpit" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    more = (*portals.portals(), Cockpit("cockpit", None))
    monkeypatch.setattr(routing, "portals", lambda: more)
    urls = type("urls", (), {"urlpatterns": routing.portal_addresses()})
    clear_url_caches()

    with override_settings(ROOT_URLCONF=urls):
        assert resolve("/cockpit/").view_name == "cockpit:start"
        assert resolve("/desk/").view_name == "desk:start"
        assert resolve("/help/").view_name == "hall:help"
    clear_url_caches()
