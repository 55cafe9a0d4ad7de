"""Law 8, first half: every URL refuses a stranger unless its view is marked public; duties are declared and used."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from tests.laws.house import HOUSE
from tongban.infrastructure.kernel.module import Module
from tongban.portals.gateway.api import api

EXAMPLES = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": "x",
    "str": "x",
    "int": "1",
    "path": "x",
}


def doors(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from doors(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.callback


def pages() -> list[tuple[str, Any]]:
    return [(route, view) for route, view in doors() if not route.startswith("api/")]


def address(route: str) -> str:
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES[found[1] or "str"], route)


def test_every_page_says_who_may_come_in():
    silent = [route for route, view in pages() if not getattr(view, "audience", "")]

    assert not silent


@pytest.mark.django_db
@pytest.mark.requirement("QUA-08")
def test_every_page_refuses_a_stranger_unless_it_is_public(client):
    let_in = []
    for route, view in pages():
        if view.audience == "public":
            continue
        for method in (client.get, client.post):
            answer = method(address(route))
            sent_away = answer.status_code == 302 and "/identity/sign-in" in answer["Location"]
            if not sent_away and answer.status_code not in {401, 403, 404}:
                let_in.append(f"{route}: {answer.status_code}")

    assert not let_in


@pytest.mark.django_db
def test_every_endpoint_refuses_a_caller_without_a_key_unless_it_is_public(client):
    let_in = []
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method, operation in operations.items():
            if not operation.get("security"):
                continue
            answer = client.generic(method.upper(), re.sub(r"{\w+}", "x", path), content_type="application/json")
            if answer.status_code != 401:
                let_in.append(f"{method} {path}: {answer.status_code}")

    assert not let_in


def test_an_unmarked_view_would_be_seen():
    def view(request):
        return None

    assert not getattr(view, "audience", "")


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
