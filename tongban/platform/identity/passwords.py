"""Passwords that are guessed at once are refused; named in the settings as one of Django's validators."""

import gzip
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from tongban.platform.identity import rules
from tongban.platform.identity.models import Account

# The twenty thousand passwords that were found most often in what was stolen, as Django ships them (BSD licence).
STOLEN = Path(password_validation.__file__).resolve().parent / "common-passwords.txt.gz"
# What people here take besides.
OURS = Path(__file__).resolve().parent / "common_passwords.txt"


class Guessable:
    """Refuses spaces alone, known passwords with some figures around them, rows of keys, repetitions, the house's name.

    The password that a demonstration shows is good there, and nowhere else.
    """

    def validate(self, password: str, user: Account | None = None) -> None:
        if settings.DEMO and password == settings.IDENTITY_DEMO_PASSWORD:
            return
        if not password.strip():
            raise ValidationError("spaces alone", code="password_blank")
        if is_shown(password) or rules.pieces(password, known()) < rules.MIN_PIECES:
            raise ValidationError("guessed at once", code="password_guessable")

    def get_help_text(self) -> str:
        return ""


def is_shown(password: str) -> bool:
    """Say whether this is the password that every demonstration shows, outside of one."""
    return not settings.DEMO and password == settings.IDENTITY_DEMO_PASSWORD


@cache
def known() -> frozenset[str]:
    """Return what is tried first, in lower case."""
    with gzip.open(STOLEN, "rt", encoding="utf-8") as stolen:
        words = set(stolen.read().lower().split())
    return frozenset(words | set(OURS.read_text().lower().split()))
