"""What carriers' codes mean, and how often they are asked: dated data with their sources."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tongban.platform.codes import services as codes

FILE = Path(__file__).parent.parent / "data" / "carriers.toml"


def term(name: str, on: date) -> Mapping[str, Any]:
    """Return the codes of "sf" or "ems", or the term "asking" or "delay", that is in force on a day."""
    return codes.in_force(_read()[name], on)


@cache
def _read() -> dict[str, Any]:
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: tuple(rows) for name, rows in found.items()}
