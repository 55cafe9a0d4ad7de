"""What the docs say of each room by itself: facts, endpoints and settings, in files of its own.

Nothing in a room's files depends on another room, so that two branches that change two rooms never meet in one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.utils import translation

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.module import Module, label_of, rooms
from tongban.portals.gateway import description
from tongban.portals.gateway.api import api

HOUSE = Path(__file__).resolve().parent.parent
DOCS = HOUSE.parent / "docs"
FOLDER = DOCS / "generated"
PREFIX = "/api/v1/"
GATEWAY = "gateway"
# Said once for all rooms, in the gateway's own file.
SHARED = ("Problem",)


def pages() -> dict[str, str]:
    """Return the files of docs/generated: name -> content, for the rooms of the house that are installed."""
    with translation.override("en"):
        whole = served()
        return {
            name: content
            for room in rooms()
            if Path(room.path).is_relative_to(HOUSE)
            for name, content in _files(room, whole)
        }


def surplus(made: Mapping[str, str]) -> list[Path]:
    """Return the files of docs/generated that should go: their room is gone, or says nothing of that kind any more.

    A room that is only left out, by TONGBAN_WITHOUT, keeps its files.
    """
    installed = {room.label for room in rooms()}
    left_out = {file.parent.name for file in HOUSE.glob("*/*/apps.py")} - installed
    return [file for file in FOLDER.glob("*") if file.name not in made and file.name.split(".")[0] not in left_out]


def served() -> dict[str, Any]:
    """Return the description that `/api/v1/openapi.json` serves."""
    return dict(json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX), default=str)))


def _files(room: Module, whole: dict[str, Any]) -> Iterator[tuple[str, str]]:
    endpoints = interface(room.label, whole)
    parts = [
        *_section("Facts it writes", ("fact", "means", "fields"), map(_fact, journal.events_of(room))),
        *_section("Facts it hears", ("fact", "what follows"), _heard(room)),
        *_section("Endpoints", ("method", "address", "key", "does"), _endpoints(endpoints)),
        *_section("Settings", ("variable", "default", "means"), _settings(room)),
    ]
    if parts:
        yield f"{room.label}.md", "\n".join([*_head(room), *parts]).rstrip() + "\n"
    if endpoints:
        yield f"{room.label}.openapi.json", json.dumps(endpoints, ensure_ascii=False, indent=1) + "\n"


def _head(room: Module) -> list[str]:
    page = f"rooms/{room.label}.md"
    more = f" What the room is for: [{room.label}](../{page})." if (DOCS / page).exists() else ""
    return [f"# {room.label}", "", f"Made from the code by `manage.py renew`.{more}", ""]


def _section(title: str, columns: Sequence[str], rows: Iterator[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return []
    return [f"## {title}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *lines, ""]


def _fact(event: type) -> tuple[str, str, str]:
    name = journal.name_of(event)
    own = str(event.__doc__)
    means = "" if own.startswith(f"{event.__name__}(") else f" {' '.join(own.split())}"  # dataclass makes one itself
    return f"`{name}`", f"{journal.title_of(name)}.{means}", ", ".join(f"`{field.name}`" for field in fields(event))


def _heard(room: Module) -> Iterator[tuple[str, str]]:
    for name, hearing in sorted(journal.reactions().items()):
        for reaction in hearing:
            if label_of(reaction.__module__) == room.label:
                yield f"`{name}`", f"`{reaction.__name__}`"


def interface(label: str, whole: dict[str, Any]) -> dict[str, Any]:
    """Return a room's part of the description: its paths, its tags and what these lead to; {} where it has none.

    The gateway's own part holds what all have in common.
    """
    paths = {path: told for path, told in whole["paths"].items() if path.removeprefix(PREFIX).split("/")[0] == label}
    schemas = whole["components"]["schemas"]
    if label == GATEWAY:
        common = {name: told for name, told in whole.items() if name not in {"paths", "components", "tags"}}
        own = {name: schemas[name] for name in SHARED}
        others = {name: told for name, told in whole["components"].items() if name != "schemas"}
        return {**common, "components": {"schemas": own, **others}}
    if not paths:
        return {}
    used = {tag for path in paths.values() for operation in path.values() for tag in operation["tags"]}
    own = {name: schemas[name] for name in sorted(description.reached(paths, schemas) - set(SHARED))}
    return {
        "tags": [tag for tag in whole["tags"] if tag["name"] in used],
        "paths": paths,
        "components": {"schemas": own},
    }


def _endpoints(part: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for path, operations in part.get("paths", {}).items():
        for method, operation in operations.items():
            key = "yes" if operation["security"] else "no"
            yield method.upper(), f"`{path}`", key, operation["summary"]


def _settings(room: Module) -> Iterator[tuple[str, str, str]]:
    for name, setting in room.settings.items():
        yield f"`{name}`", "" if setting.default == "" else f"`{setting.default}`", setting.meaning
