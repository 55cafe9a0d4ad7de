"""What the docs say of the house by itself: the interface for machines, and the facts that rooms tell."""

import json
from dataclasses import fields
from typing import Any

from django.utils import translation

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.module import rooms
from tongban.portals.gateway.api import api

HEAD = """# Facts

What rooms tell the house, and who hears it. Each is a line of the journal; fields are added, never renamed or removed.
This page is made by `manage.py renew`.
"""


def pages() -> dict[str, str]:
    """Return the generated files of docs/: name -> content."""
    with translation.override("en"):
        return {"openapi.json": openapi(), "events.md": events()}


def openapi() -> str:
    """Return the description that `/api/v1/openapi.json` serves."""
    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), ensure_ascii=False, indent=1, default=str) + "\n"


def events() -> str:
    """Return the page of all facts, by room."""
    hearing = journal.reactions()
    parts = [HEAD]
    for room in rooms():
        told = list(journal.events_of(room))
        if told:
            parts.append(f"## {room.label}\n\n| fact | means | fields | heard by |\n|---|---|---|---|")
            parts += [_row(event, hearing) for event in told]
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _row(event: type, hearing: dict[str, list[Any]]) -> str:
    name = journal.name_of(event)
    means = " ".join((event.__doc__ or "").split())
    told = ", ".join(f"`{field.name}`" for field in fields(event))
    heard = ", ".join(f"`{'.'.join(job.__module__.split('.')[2:])}.{job.__name__}`" for job in hearing.get(name, []))
    return f"| `{name}` | {means} | {told} | {heard} |"
