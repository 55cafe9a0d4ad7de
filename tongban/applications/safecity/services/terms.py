"""The dated tables as they are on a day: those shipped, or the city's own where a setting names a file."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.applications.safecity.rules.terms import MethodName, SafetyTerms, methods_of, terms_of
from tongban.infrastructure.kernel import clock
from tongban.platform.codes import services as codes

DATA = Path(__file__).resolve().parent.parent / "data"


def terms(on: date | None = None) -> SafetyTerms:
    """Return the terms in force on a day, today by default."""
    rows = _file(settings.SAFECITY_TERMS_FILE or str(DATA / "terms.toml"))["terms"]
    return terms_of(codes.in_force(rows, on or clock.today()))


def alarm_methods(on: date | None = None) -> dict[str, MethodName]:
    """Return what codes of device alarms mean on a day."""
    rows = _file(settings.SAFECITY_METHODS_FILE or str(DATA / "alarm_methods.toml"))["table"]
    return methods_of(codes.in_force(rows, on or clock.today())["methods"])


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(name).read_text(encoding="utf-8"))
