"""Take a list of items as guides into the catalogue: what exists somewhere can be found here, with its codes."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.problems import gettext_noop
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.search.services import sounds
from tongban.platform.catalogue.events import ItemsImported
from tongban.platform.catalogue.models import Edition, Service
from tongban.platform.catalogue.rules import items
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

# Where it stands, department, main item, the line itself.
Row = tuple[str, str, str, dict[str, Any]]

OUTCOMES = ("imported", "changed", "unchanged", "refused")
COLUMNS = ("name", "department_id", "type", "level", "area", "keywords", "origin", "offered")
# Departments of a list stand behind those of the city itself.
ORDER = 1000
MAX_KEY = 60


class UnknownItemList(Refusal):
    status = 422
    message = _(
        "This file is not a list of items: %(problem)s. It should be a JSON list of departments, each with “items”, "
        "each with “main_item” and “sub_items” of “name” and “link”."
    )


@dataclass(frozen=True)
class ImportedItem:
    """What became of one line. where: "区民政局 #12"; reasons: why it is doubtful or refused."""

    where: str
    name: str
    code: str
    outcome: str
    reasons: tuple[str, ...] = ()


@dataclass
class ImportReport:
    """What became of a list, line by line."""

    source: str
    items: list[ImportedItem] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.items)

    @property
    def doubtful(self) -> list[ImportedItem]:
        return [line for line in self.items if line.reasons and line.outcome != "refused"]

    def as_data(self) -> dict[str, Any]:
        counts = {outcome: self.count(outcome) for outcome in OUTCOMES}
        return {
            "source": self.source,
            "lines": len(self.items),
            **counts,
            "doubtful": len(self.doubtful),
            "details": [asdict(line) for line in self.items],
        }

    def as_text(self) -> str:
        """Return the counts, then every doubtful or refused line with its reasons."""
        words = {
            "imported": gettext("imported"),
            "changed": gettext("changed"),
            "unchanged": gettext("unchanged"),
            "refused": gettext("refused"),
        }
        lines = []
        for line in self.items:
            if line.reasons:
                reasons = " ".join(gettext(reason) for reason in line.reasons)
                kind = words["refused"] if line.outcome == "refused" else gettext("doubtful")
                lines.append(f"{kind}: {line.where} {line.name} {line.code}: {reasons}")
        total = ngettext("%(count)s line", "%(count)s lines", len(self.items)) % {"count": len(self.items)}
        counts = [f"{words[outcome]} {self.count(outcome)}" for outcome in OUTCOMES]
        lines.append(f"{total}: {', '.join(counts)}; {gettext('doubtful')} {len(self.doubtful)}")
        return "\n".join(lines)


def import_items(*, actor: Actor, file: Path) -> ImportReport:
    """Read a list of items; the same list twice changes nothing. Raises NotAllowed, UnknownItemList."""
    actor.must_hold("catalogue.publish")
    try:
        table = json.loads(file.read_text("utf-8-sig"))
        rows = list(_rows(table))
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise UnknownItemList(problem=str(error)) from error
    return _keep(actor, file.name, rows)


def _rows(table: Any) -> Iterator[Row]:
    if not isinstance(table, list):
        raise TypeError(gettext("the file does not begin with a list"))
    for department in table:
        number = 0
        for main in department["items"]:
            for line in main["sub_items"]:
                number += 1
                name = str(department["department"])
                yield f"{name} #{number}", name, str(main.get("main_item") or ""), dict(line)


@transaction.atomic
def _keep(actor: Actor, source: str, rows: Sequence[Row]) -> ImportReport:
    report = ImportReport(source)
    read = _readable(rows, report)
    departments = _departments(actor, [item for _where, item in read])
    known = Service.objects.by_code([item.code.code for _where, item in read])
    defined = Service.objects.defined(known)
    names = Counter((item.department, item.name) for _where, item in read)
    fresh, changed = [], []
    for where, item in read:
        code, department = item.code.code, departments[item.department]
        if code in defined:
            reason = gettext_noop("A definition of this installation already has this code.")
            report.items.append(ImportedItem(where, item.name, code, "refused", (reason,)))
            continue
        reasons = tuple(_doubts(item, department, names))
        wanted = _columns(item, department, source)
        if code not in known:
            fresh.append(Service(code=code, changed_at=clock.now(), **wanted))
            report.items.append(ImportedItem(where, item.name, code, "imported", reasons))
        elif _take_over(known[code], wanted):
            changed.append(known[code])
            report.items.append(ImportedItem(where, item.name, code, "changed", reasons))
        else:
            report.items.append(ImportedItem(where, item.name, code, "unchanged", reasons))
    Service.objects.bulk_create(fresh, batch_size=500)
    Service.objects.bulk_update(changed, [*COLUMNS, "changed_at"], batch_size=200)
    if fresh or changed:
        record(actor, report)
    return report


def _readable(rows: Sequence[Row], report: ImportReport) -> list[tuple[str, items.Item]]:
    """Return the lines that can be read; the others go into the report as refused."""
    read: list[tuple[str, items.Item]] = []
    seen: set[str] = set()
    for where, department, main, line in rows:
        try:
            item = items.read(department, main, line)
            if item.code.code in seen:
                raise items.ItemUnreadable(gettext_noop("An earlier line of the list has the same item code."))
        except items.ItemUnreadable as reason:
            report.items.append(ImportedItem(where, str(line.get("name") or ""), "", "refused", (str(reason),)))
        else:
            seen.add(item.code.code)
            read.append((where, item))
    return read


def _doubts(item: items.Item, department: Department, names: Counter[tuple[str, str]]) -> Iterator[str]:
    yield from item.doubts
    if names[item.department, item.name] > 1:
        yield gettext_noop("The department has another item of the same name.")
    if item.department_code and department.uscc and item.department_code != department.uscc:
        yield gettext_noop("Other items of the department carry another social credit code.")


def _take_over(service: Service, wanted: dict[str, Any]) -> bool:
    """Bring a known item up to date; say whether anything differed."""
    if all(getattr(service, column) == value for column, value in wanted.items()):
        return False
    for column, value in {**wanted, "changed_at": clock.now()}.items():
        setattr(service, column, value)
    return True


def _columns(item: items.Item, department: Department, source: str) -> dict[str, Any]:
    return {
        "name": item.name,
        "department_id": department.pk,
        "type": item.type,
        "level": item.level,
        "area": item.area,
        "keywords": [item.main_item] if item.main_item else [],
        "origin": {"source": source, **items.origin(item)},
        "offered": True,
    }


def _departments(actor: Actor, found: Sequence[items.Item]) -> dict[str, Department]:
    """Place the departments of a list; its most frequent social credit code is taken for a department's own."""
    placed = {}
    for order, name in enumerate(dict.fromkeys(item.department for item in found)):
        own = [item for item in found if item.department == name]
        codes = Counter(item.department_code for item in own if item.department_code)
        area = Counter(item.area for item in own).most_common(1)[0][0]
        placed[name] = identity.put_department(
            actor=actor,
            key=_key(area, name),
            name=name,
            uscc=codes.most_common(1)[0][0] if codes else "",
            area=area,
            order=ORDER + order,
        )
    return placed


def _key(area: str, name: str) -> str:
    """Return a readable key; whose name sounds like another's, or begins as long, is told apart by a digest."""
    key = f"{area[:6]}-{''.join(sounds().spell(name))}".encode("ascii", "ignore").decode().lower()
    holder = Department.objects.with_keys([key]).first()
    if len(key) <= MAX_KEY and (holder is None or holder.name == name):
        return key
    return f"{key[: MAX_KEY - 9]}-{sha256(name.encode()).hexdigest()[:8]}"


def record(actor: Actor, report: ImportReport) -> None:
    """Begin a new edition and write down what the list brought."""
    Edition.objects.bump()
    journal.write(
        ItemsImported(
            report.source,
            report.count("imported"),
            report.count("changed"),
            report.count("unchanged"),
            len(report.doubtful),
            report.count("refused"),
        ),
        by=actor,
        subject="catalogue",
    )
