"""Numbering schemes and terms of payment: dated data with their sources."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tongban.platform.codes import services as codes

DATA = Path(__file__).parent.parent / "data"


def scheme(name: str, on: date) -> Mapping[str, Any]:
    """Return the scheme of "payment_code" or "receipt_code" that is in force on a day."""
    return codes.in_force(_read("schemes.toml")[name], on)


def term(name: str, on: date) -> Mapping[str, Any]:
    """Return the term "expiry", "asking" or "statement" that is in force on a day."""
    return codes.in_force(_read("terms.toml")[name], on)


@cache
def _read(file: str) -> dict[str, Any]:
    found = tomllib.loads((DATA / file).read_text(encoding="utf-8"))
    return {name: tuple(rows) for name, rows in found.items() if isinstance(rows, list)}
