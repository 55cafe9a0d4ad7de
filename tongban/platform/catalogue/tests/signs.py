"""The shop sign permit in parts, for tests that spoil one of them: its guide, what surrounds it, its whole folder."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import translation

from tongban.infrastructure.kernel.problems import Problem, reason
from tongban.platform.catalogue.rules import consistency
from tongban.platform.catalogue.services import checking
from tongban.platform.catalogue.services.reading import Folder, plain, read

HERE = Path(__file__).parent / "definitions" / "shop-sign"
SCHEMA = checking.schema()
DELETED = object()
INSPECTION = {
    "task": "visit",
    "inspectors": 2,
    "source": "测试条例第五条",
    "photos": 0,
    "address": "shop_name",
    "phone": "shop_name",
    "answer_hours": 24,
    "point": [{"code": "size", "text": "尺寸相符。", "source": "测试条例第六条"}],
}


def guide(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return service.toml as read, with values put at paths such as "limits.promised_days" or "material.0.accept"."""
    found = plain(tomllib.loads((HERE / "service.toml").read_text()))
    for path, value in (changes or {}).items():
        put(found, path, value)
    return found


def put(whole: Any, path: str, value: Any) -> None:
    """Put a value at a path, or take it out; a list is reached by the numbers of its entries."""
    *steps, last = (int(step) if step.isdecimal() else step for step in path.split("."))
    here = whole
    for step in steps:
        here = here[step]
    if value is DELETED:
        del here[last]
    elif isinstance(here, list) and last == len(here):
        here.append(value)
    else:
        here[last] = value


def parts(**changes: Any) -> consistency.Parts:
    """Return what the other files of the folder, and the city, offer to the guide."""
    known: dict[str, Any] = {
        "folder": "shop-sign",
        "tasks": {"accept": ("accept", "window"), "approve": ("approve", "approver")},
        "fields": {"shop_name", "lit"},
        "media": {"design-sample.png"},
        "templates": ("licence.md", "documents/face.md"),
        "departments": {"urban-management", "government-services"},
        "tables": {},
    }
    return consistency.Parts(**{**known, **changes})


def spoilt(**changes: Callable[[Any], None]) -> Folder:
    """Return the folder as read, with a change to some of its parts: spoilt(form=lambda form: …)."""
    folder = read(HERE)
    for part, change in changes.items():
        change(getattr(folder, part))
    return folder


def examples() -> list[dict[str, Any]]:
    return list(json.loads((HERE / "examples.json").read_text()))


def said(problem: Problem) -> str:
    """Return a problem as its reader has it, in the language of the sources, without its place."""
    with translation.override("en"):
        return reason(problem)


def told(problems: Any) -> set[tuple[Any, str]]:
    """Return place and sentence of each problem."""
    return {(problem.place, said(problem)) for problem in problems}
