"""What the hall says of itself: answers to common questions, statements, and which of them answers somebody."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.ports import Answer
from tongban.portals.hall import rules

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class HelpQuestion:
    """A common question. url and go: where to go on from the answer, "" where this installation has no such page."""

    key: str
    ask: str
    answer: str
    url: str
    go: str


@dataclass(frozen=True)
class PublicStatement:
    """What the platform says of itself; parts: heading and paragraphs."""

    key: str
    title: str
    parts: list[tuple[str, list[str]]]


def questions() -> list[HelpQuestion]:
    """Return the common questions with their answers, in the language of the moment."""
    return [
        HelpQuestion(row["key"], _worded(row, "ask"), _filled(_answer(row)), _address(row["link"]), _worded(row, "go"))
        for row in _table()["question"]
    ]


def statement(key: str) -> PublicStatement:
    """Return one of the statements, in the language of the moment. Raises StopIteration where there is none."""
    row = next(row for row in _table()["statement"] if row["key"] == key)
    return PublicStatement(
        key,
        _worded(row, "title"),
        [
            (_worded(part, "heading"), [_filled(line) for line in part["english" if _in_english() else "text"]])
            for part in row["part"]
        ],
    )


def answers_to(asked: str) -> Iterator[Answer]:
    """Return the pages of the hall that answer a question; the catalogue's search shows them before services."""
    table = _table()
    for row in table["statement"]:
        if rules.answers(asked, row["words"]):
            yield Answer(_worded(row, "title"), reverse(f"hall:{row['key']}"))
    for row in table["page"]:
        if rules.answers(asked, row["words"]):
            yield Answer(_worded(row, "title"), reverse(f"hall:{row['key']}"))
    for row in table["question"]:
        if rules.answers(asked, row["words"]):
            yield Answer(_worded(row, "ask"), f"{reverse('hall:help')}#{row['key']}")


def care_groups() -> list[tuple[str, list[catalogue.Card]]]:
    """Return what the care edition offers first: titles, and the services under each that the city offers."""
    groups = tomllib.loads((DATA / "care.toml").read_text())["group"]
    cards = catalogue.cards([code for group in groups for code in group["services"]])
    found = [
        (
            group["english"] if _in_english() else group["title"],
            [cards[code] for code in group["services"] if code in cards],
        )
        for group in groups
    ]
    return [(title, offered) for title, offered in found if offered]


def _answer(row: dict[str, Any]) -> str:
    return str(row["english"] if _in_english() else row["answer"])


def _worded(row: dict[str, Any], name: str) -> str:
    return str(row[f"english_{name}"] if _in_english() else row[name])


def _filled(text: str) -> str:
    """Write what the settings say into a sentence."""
    return text.format(
        phone=settings.UI_HELP_PHONE,
        idle_minutes=settings.IDENTITY_PERSON_IDLE_MINUTES,
        form_hours=settings.IDENTITY_LATE_FORM_HOURS,
    )


def _in_english() -> bool:
    return (get_language() or "").startswith("en")


def _address(door: str) -> str:
    try:
        return reverse(f"hall:{door}")
    except NoReverseMatch:
        return ""


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((DATA / "help.toml").read_text())
