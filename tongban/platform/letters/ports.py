"""The letters of the house: each room brings the templates of its own, with what they may name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.documents.services import ANYTHING

# What every letter about an application for a service may name.
APPLICATION_NAMES: Mapping[str, Any] = {
    **dict.fromkeys(("number", "date", "deemed", "reason")),
    "case": dict.fromkeys(
        (
            "number",
            "query_code",
            "submitted_at",
            "received_on",
            "accepted_on",
            "acceptance_due_on",
            "statutory_due_on",
            "promised_due_on",
            "decided_on",
        )
    ),
    "service": dict.fromkeys(("name", "code", "type", "result")),
    "applicant": {"name": None},
    # The one that the application is about, where it changes, extends, replaces or cancels one.
    "licence": dict.fromkeys(("kind_name", "number", "valid_from", "valid_until")),
    "department": {"name": None},
    "window": {"name": None},
    "decided": dict.fromkeys(("title", "words")),
    "points": [dict.fromkeys(("material", "text"))],
    "materials": [dict.fromkeys(("name", "title"))],
    "summary": ANYTHING,
    "answers": ANYTHING,
    "decision": ANYTHING,
    "fees": ANYTHING,
    # From when the decision takes effect: begins is "decision", "delivery" or "objection".
    "effect": dict.fromkeys(("begins", "on")),
    "limits": ANYTHING,
    "basis": [dict.fromkeys(("title", "article", "text", "effective_from"))],
    "remedies": dict.fromkeys(("review", "litigation")),
    "contacts": dict.fromkeys(("consult", "complaint")),
}


@dataclass(frozen=True)
class LetterTemplate:
    """A letter of the house, used where a service brings none of its own.

    text    see docs/rooms/documents.md
    names   what it may name
    """

    text: str
    names: Mapping[str, Any] = field(default_factory=lambda: APPLICATION_NAMES)


TEMPLATES: Registry[LetterTemplate] = Registry("letter")


def register(file: Path, names: Mapping[str, Any] = APPLICATION_NAMES) -> None:
    """Make a room's letter known by the name of its file. Raises ValueError where the name is taken."""
    TEMPLATES.register(file.stem, LetterTemplate(file.read_text(encoding="utf-8"), names))
