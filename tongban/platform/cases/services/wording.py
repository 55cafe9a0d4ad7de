"""What a decision is called: permits are granted, facts confirmed, benefits given, filings taken (decisions.toml)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import get_language

from tongban.platform.cases.models import Case, CaseRow

DECISIONS = Path(__file__).parent.parent / "data" / "decisions.toml"


class Wording(NamedTuple):
    """The words for decisions about one kind of matter, in one language.

    granted, refused         what was decided, e.g. 予以确认; in English to stand inside a sentence
    grant, refuse            what an official chooses
    letter, letter_refused   what the decision in writing is called
    """

    granted: str
    refused: str
    grant: str
    refuse: str
    letter: str
    letter_refused: str

    def decided(self, kind: str) -> str:
        """Return what the action "granted" or "refused" is called."""
        return self.granted if kind == "granted" else self.refused

    def title(self, kind: str) -> str:
        """Return what the letter about it is called."""
        return self.letter if kind == "granted" else self.letter_refused


def wording_of(case: Case | CaseRow) -> Wording:
    """Return the words for decisions about this matter, in the reader's language."""
    if isinstance(case, Case):
        kind, name = case.version.service.type, case.version.service.name
    else:
        kind, name = case.service_type, case.service_name
    return _wording(kind, name, get_language() or settings.LANGUAGE_CODE)


@cache
def _wording(kind: str, name: str, language: str) -> Wording:
    row = next(row for row in _rows() if (not row["types"] or kind in row["types"]) and name.endswith(row["ends"]))
    return Wording(**row["zh" if language.startswith("zh") else "en"])


@cache
def _rows() -> list[dict[str, Any]]:
    return list(tomllib.loads(DECISIONS.read_text())["decision"])
