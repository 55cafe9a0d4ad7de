"""Take a collection of guides into the catalogue: items that other offices handle, told in full."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.problems import Problem, gettext_noop, sentence
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.catalogue.models import Heading, Service
from tongban.platform.catalogue.rules import guides, parsing
from tongban.platform.catalogue.services import headings
from tongban.platform.catalogue.services.importing import ORDER, ImportedItem, ImportReport, record
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

COLUMNS = (
    "name",
    "english",
    "summary",
    "summary_english",
    "keywords",
    "department_id",
    "type",
    "area",
    "audience",
    "about",
    "offered",
)


class UnknownGuides(Refusal):
    status = 422
    message = _("This folder is not a collection of guides: %(problem)s")


def import_guides(*, actor: Actor, folder: Path) -> ImportReport:
    """Read a folder of guides; the same folder twice changes nothing. Raises NotAllowed, UnknownGuides."""
    actor.must_hold("catalogue.publish")
    tables = [_table(file) for file in sorted(folder.glob("*.toml"))]
    try:
        return _keep(actor, folder.name, tables)
    except guides.GuideUnreadable as error:
        raise UnknownGuides(problem=str(error)) from error


def _table(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        place, said = parsing.toml(str(error))
        raise UnknownGuides(problem=sentence(Problem(file.name, place, said))) from error
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise UnknownGuides(problem=f"{file.name}: {error}") from error


@transaction.atomic
def _keep(actor: Actor, source: str, tables: Sequence[Any]) -> ImportReport:
    report = ImportReport(source)
    offices = guides.offices(tables)
    placed = _departments(actor, guides.departments(tables))
    read = _readable(guides.items(tables), offices, placed, report)
    known = Service.objects.by_code([guide.code for guide in read])
    defined = Service.objects.defined(known)
    fresh, changed = [], []
    for guide in read:
        wanted = _columns(guide, placed[guide.department])
        if guide.code in defined:
            reason = gettext_noop("A definition of this installation already has this code.")
            report.items.append(ImportedItem(guide.department, guide.name, guide.code, "refused", (reason,)))
            continue
        service = known.get(guide.code)
        outcome = "unchanged"
        if service is None:
            outcome = "imported"
            fresh.append(Service(code=guide.code, changed_at=clock.now(), **wanted))
        elif any(getattr(service, column) != value for column, value in wanted.items()):
            outcome = "changed"
            for column, value in {**wanted, "changed_at": clock.now()}.items():
                setattr(service, column, value)
            changed.append(service)
        report.items.append(ImportedItem(guide.department, guide.name, guide.code, outcome))
    Service.objects.bulk_create(fresh, batch_size=500)
    Service.objects.bulk_update(changed, [*COLUMNS, "changed_at"], batch_size=200)
    moved = _file_all(read, defined)
    if fresh or changed or moved:
        record(actor, report)
    return report


def _readable(
    rows: Sequence[Any], offices: dict[str, guides.Office], placed: dict[str, Department], report: ImportReport
) -> list[guides.Guide]:
    codes = {kind: {entry.code for entry in headings.of(kind)} for kind in (*headings.LISTS, headings.EVENT)}
    seen = Counter(str(row.get("code")) for row in rows)
    found = []
    for row in rows:
        try:
            if row.get("code") and seen[str(row["code"])] > 1:
                raise guides.GuideUnreadable(gettext_noop("Another item of the collection has the same code."))
            guide = guides.read(row, offices, codes)
            if guide.department not in placed:
                raise guides.GuideUnreadable(
                    gettext_noop("The office belongs to a department that the city does not have.")
                )
        except guides.GuideUnreadable as reason:
            name, code = str(row.get("name") or ""), str(row.get("code") or "")
            report.items.append(ImportedItem(str(row.get("office") or ""), name, code, "refused", (str(reason),)))
        else:
            found.append(guide)
    return found


def _departments(actor: Actor, rows: Sequence[Mapping[str, str]]) -> dict[str, Department]:
    """Place the departments that the collection brings, and return all that the city knows, by key."""
    known = {department.key: department for department in Department.objects.in_order()}
    for order, row in enumerate(rows):
        if row.get("parent") and row["parent"] not in known:
            raise guides.GuideUnreadable(f"department.{row['key']}: parent?")
        above = known[row["parent"]] if row.get("parent") else None
        known[row["key"]] = identity.put_department(
            actor=actor,
            key=row["key"],
            name=row["name"],
            english=row.get("english", ""),
            parent=above,
            area=above.area if above else "",
            order=ORDER + order,
        )
    return known


def _columns(guide: guides.Guide, department: Department) -> dict[str, Any]:
    return {
        "name": guide.name,
        "english": guide.english,
        "summary": guide.summary,
        "summary_english": guide.summary_english,
        "keywords": list(guide.words),
        "department_id": department.pk,
        "type": guide.type,
        "area": department.area,
        "audience": list(guide.audience),
        "about": dict(guide.about),
        "offered": True,
    }


def _file_all(read: Sequence[guides.Guide], defined: frozenset[str]) -> bool:
    """Let every item stand under its headings; say whether anything moved."""
    wanted = {guide.code: set(guide.headings) for guide in read if guide.code not in defined}
    services = Service.objects.by_code(list(wanted))
    found: dict[int, set[tuple[str, str]]] = {}
    for pk, kind, value in Heading.objects.of(service.pk for service in services.values()):
        found.setdefault(pk, set()).add((kind, value))
    moved = [service for code, service in services.items() if found.get(service.pk, set()) != wanted[code]]
    Heading.objects.of_services(service.pk for service in moved).delete()
    Heading.objects.bulk_create(
        [Heading(service=one, kind=kind, value=value) for one in moved for kind, value in sorted(wanted[one.code])],
        batch_size=500,
    )
    return bool(moved)
