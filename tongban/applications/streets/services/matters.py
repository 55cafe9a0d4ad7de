"""The table of components and events in force, and what each is called."""

import json
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

from tongban.applications.streets.rules import matters
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.codes import services as codes
from tongban.platform.codes.services import CodeEntry
from tongban.platform.deadlines.services import TimeLimit
from tongban.platform.workorders import ports as workorders

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "matters.json"
LIST = "street-matters"
KIND = "streets."


def table(on: date | None = None) -> matters.MatterTable:
    """Return the table in force on a day, today by default."""
    return codes.in_force(_tables(settings.STREETS_MATTERS_FILE or SHIPPED), on or clock.today())


def load_matters(*, actor: Actor) -> None:
    """Bring the code list of the house in step with the tables; again changes nothing. Raises NotAllowed."""
    for found in _tables(settings.STREETS_MATTERS_FILE or SHIPPED):
        codes.load_list(
            actor=actor,
            key=LIST,
            title="城市管理部件和事件",
            english="Components and events of urban management",
            source=found.source[:300],
            valid_from=found.valid_from,
            entries=[CodeEntry(matter.code, matter.name, matter.parent) for matter in found.matters.values()],
        )


def title_of(code: str, on: date | None = None) -> str:
    """Return what a matter is called, in the reader's words."""
    found = table(on).matters.get(code)
    return worded(found.name, found.english) if found else code


def group_of(code: str) -> str:
    """Return what the class of a matter is called."""
    return title_of(code[:3])


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds in their classes, as a form offers them; events first, for most reports are of these."""
    found = table()
    classes = [one for one in found.matters.values() if len(one.code) == 3]
    ordered = sorted(classes, key=lambda one: (one.is_component, one.code))
    return [
        (title_of(one.code), [(kind.code, title_of(kind.code)) for kind in found.kinds() if kind.parent == one.code])
        for one in ordered
    ]


def order_kinds(on: date) -> list[workorders.WorkOrderKind]:
    """Return the kinds of work orders that the table gives: a kind a matter, with its limit."""
    found = table(on)
    return [
        workorders.WorkOrderKind(
            key=f"{KIND}{one.code}",
            title=one.name,
            group=found.matters[one.parent].name,
            limit=TimeLimit(*one.limit),
            source=found.source,
        )
        for one in found.kinds()
        if one.limit
    ]


@cache
def _tables(file: Path | str) -> tuple[matters.MatterTable, ...]:
    return matters.read(json.loads(Path(file).read_text(encoding="utf-8")))
