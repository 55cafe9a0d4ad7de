"""Load what the city is made of: cells, components, and the two centres of an area."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.streets.events import StreetCellsLoaded, StreetCentresSet, StreetComponentsLoaded
from tongban.applications.streets.models import StreetCell, StreetCentre, StreetComponent
from tongban.applications.streets.rules import grid
from tongban.applications.streets.services import matters
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity.models import Department


class BrokenCell(Refusal):
    status = 422
    message = _("Cell %(code)s: %(problem)s")


class CentresAlike(Refusal):
    status, field = 422, "command"
    message = _("The supervision centre and the command centre must be two offices: who verifies never handles.")


class CellRow(NamedTuple):
    """A cell as it is loaded: its code, its closed border in CGCS2000, a name."""

    code: str
    ring: list[list[float]]
    name: str = ""


PROBLEMS = {
    "few": _("a border has at least three corners"),
    "open": _("a border ends where it begins"),
    "range": _("a corner does not lie on the earth"),
    "crossed": _("the border crosses itself"),
}


@transaction.atomic
def load_cells(*, actor: Actor, source: str, valid_from: date, cells: Iterable[CellRow]) -> int:
    """Load grid cells; one whose border changed ends the day before. Returns how many are new. Raises BrokenCell."""
    actor.must_hold("streets.maintain")
    known = {cell.code: cell for cell in StreetCell.objects.valid(on=valid_from)}
    fresh = []
    for row in cells:
        code = _read(row)
        before = known.get(row.code)
        if before and before.ring == row.ring:
            continue
        if before and before.valid_from == valid_from:
            before.delete()
        elif before:
            before.valid_until = date.fromordinal(valid_from.toordinal() - 1)
            before.save(update_fields=["valid_until"])
        xs, ys = [point[0] for point in row.ring], [point[1] for point in row.ring]
        fresh.append(
            StreetCell(
                code=row.code,
                name=row.name,
                area=code.area,
                ring=row.ring,
                south=min(ys),
                north=max(ys),
                west=min(xs),
                east=max(xs),
                valid_from=valid_from,
                source=source,
            )
        )
    StreetCell.objects.bulk_create(fresh, batch_size=500)
    journal.write(StreetCellsLoaded(len(fresh), source), by=actor, subject="street-cells")
    return len(fresh)


@transaction.atomic
def load_components(*, actor: Actor, source: str, components: Iterable[Mapping[str, Any]]) -> int:
    """Load components: code, latitude, longitude, key of the department that owns each. Returns how many are new.

    Raises ValueError for a code that is none, KeyError for a matter that the table does not have.
    """
    actor.must_hold("streets.maintain")
    table, today = matters.table(), clock.today()
    owners = {department.key: department for department in Department.objects.in_order()}
    number = 0
    for row in components:
        code = grid.component_code(row["code"])
        matter = table.matters[f"C{code.kind}"]
        cell = StreetCell.objects.holding(row["longitude"], row["latitude"], on=today)
        _row, created = StreetComponent.objects.update_or_create(
            code=row["code"],
            defaults={
                "matter": matter.code,
                "cell": cell.code if cell else "",
                "area": cell.area if cell else code.division,
                "latitude": row["latitude"],
                "longitude": row["longitude"],
                "owner": owners.get(row.get("owner", "")),
                "source": source,
            },
        )
        number += created
    journal.write(StreetComponentsLoaded(number, source), by=actor, subject="street-components")
    return number


@transaction.atomic
def set_centres(*, actor: Actor, area: str, supervision: Department, command: Department) -> StreetCentre:
    """Say which two centres see to an area. Raises NotAllowed, CentresAlike."""
    actor.must_hold("streets.maintain")
    if supervision.pk == command.pk:
        raise CentresAlike()
    centre, _created = StreetCentre.objects.update_or_create(
        area=area, defaults={"supervision": supervision, "command": command}
    )
    journal.write(StreetCentresSet(area, supervision.key, command.key), by=actor, subject=f"street-centre:{area}")
    return centre


def _read(row: CellRow) -> grid.CellCode:
    try:
        code = grid.cell_code(row.code)
    except ValueError as wrong:
        raise BrokenCell(code=row.code, problem=str(wrong)) from wrong
    if problem := grid.fault(row.ring):
        raise BrokenCell(code=row.code, problem=PROBLEMS[problem])
    return code
