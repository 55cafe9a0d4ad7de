"""The rules of supervision, from their file."""

import tomllib
from functools import cache
from pathlib import Path

from django.conf import settings

from tongban.applications.oversight import rules
from tongban.infrastructure.kernel import clock

SHIPPED = Path(__file__).parent.parent / "data" / "rules.toml"


def terms() -> rules.SupervisionTerms:
    """Return all rules of the city, whatever their days."""
    return _terms(settings.OVERSIGHT_RULES_FILE or SHIPPED)


def rules_in_force() -> list[rules.SupervisionRule]:
    """Return the rules that count today, with their thresholds: for the eyes of who supervises alone."""
    return terms().in_force(clock.today())


@cache
def _terms(file: Path | str) -> rules.SupervisionTerms:
    return rules.read(tomllib.loads(Path(file).read_text()))
