"""Read what a definition tells people, for the rule that every promise has a room that keeps it."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tongban.infrastructure.kernel.module import rooms
from tongban.infrastructure.kernel.problems import Problem
from tongban.platform.catalogue.rules import promises
from tongban.platform.catalogue.services.reading import Folder
from tongban.platform.workflow import services as workflow

FILE = Path(__file__).resolve().parent.parent / "data" / "promises.toml"
# What the law says, what people ask and how they call it, and marks for machines: no words of the service's own.
QUOTED = {
    "ask",
    "basis",
    "source",
    "promised_source",
    "keywords",
    "code",
    "key",
    "department",
    "promise",
    "when",
    "fetch",
}
SAID = {"label", "hint", "intro", "title"}
PAYMENT = "payment"


@cache
def table() -> promises.Table:
    return promises.read(tomllib.loads(FILE.read_text()))


def problems(folder: Folder, broken: set[str]) -> Iterator[Problem]:
    """Return every promise of a definition that no room of this installation keeps."""
    installed = {room.label for room in rooms()}
    declared = folder.guide.get("promise", [])
    yield from promises.problems(list(_texts(folder, broken)), declared, table(), installed)
    payable = any(row["what"] == PAYMENT and row["room"] in installed for row in declared)
    yield from promises.unpayable(folder.guide, payable)


def _texts(folder: Folder, broken: set[str]) -> Iterator[tuple[str, str, str]]:
    yield from (("service.toml", place, text) for place, text in _strings(folder.guide, "", QUOTED))
    if isinstance(folder.form, dict):
        for place, text in _strings(folder.form.get("layout", []), "layout", set()):
            if place.rpartition(".")[2] in SAID:
                yield "form.json", place, text
    yield from ((path, "", text) for path, text in folder.templates.items())
    if folder.process and "process.bpmn" not in broken:
        yield from (("process.bpmn", node.id, node.name) for node in workflow.steps(folder.process))


def _strings(value: Any, place: str, without: set[str]) -> Iterator[tuple[str, str]]:
    """Return every text below a value with its place: "stage[issue].standard"."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in without:
                yield from _strings(one, f"{place}.{key}" if place else key, without)
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            name = one.get("code") or one.get("key") or one.get("name") if isinstance(one, dict) else None
            yield from _strings(one, f"{place}[{name or number}]", without)
