"""数据比对: take in tables with their source and day, compare two by a rule, and let a human decide on each clue."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.applications.inspection.events import ClueDecided, ClueRaised, ClueRead, ClueSourceTaken, SourcesCompared
from tongban.applications.inspection.models import (
    ClueRecord,
    ClueSource,
    FieldInspection,
    RiskClue,
    SupervisedEntity,
)
from tongban.applications.inspection.rules import comparing, linking
from tongban.applications.inspection.services import inspecting, laws
from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.identity.models import Department

COMPARE = "inspection.compare"
NAME, IDENTIFIER, ADDRESS = "name", "identifier", "address"
MAX_ROWS, MAX_BYTES = 5000, 5 * 1024 * 1024
SENSING = "sensing"


class ClueDecidedAlready(Refusal):
    message = _("This clue was decided already.")


class NoSuchSource(Refusal):
    status, field = 422, "rule"
    message = _("The rule compares “%(first)s” with “%(second)s”; one of them was not taken in yet.")


class _Row(NamedTuple):
    line: int
    digest: str
    name: str
    address: str
    figures: dict[str, str]


@transaction.atomic
def take_source(
    *,
    actor: Actor,
    kind: str,
    title: str,
    authority: str,
    purpose: str,
    as_of: date,
    department: Department,
    content: bytes,
) -> ClueSource:
    """Take in a table in CSV: columns name, identifier, address, and the figures that rules compare.

    authority   who handed it over; purpose: what for, as the law on sharing data asks; as_of: the day it stands for
    Identifiers are kept as keyed digests only. Raises NotAllowed, Invalid with the line that is wrong.
    """
    actor.must_hold(COMPARE, department=department.pk, area=department.area)
    known = source_kinds()
    wrong: dict[str, list[Any]] = {}
    if kind not in known:
        wrong["kind"] = [_("No rule compares tables of this kind.")]
    if not purpose.strip() or not authority.strip():
        wrong["purpose"] = [_("Say who handed the table over, and what it is compared for.")]
    if as_of > clock.today():
        wrong["as_of"] = [_("A table stands for a day that has been.")]
    if wrong:
        raise Invalid(wrong)
    rows = list(_rows(content, known[kind]))
    source = ClueSource.objects.create(
        kind=kind,
        title=title.strip() or kind,
        authority=authority.strip(),
        purpose=purpose.strip(),
        as_of=as_of,
        department=department,
        area=department.area,
        rows=len(rows),
        taken_at=clock.now(),
        actor=actor.name,
    )
    ClueRecord.objects.bulk_create(
        (
            ClueRecord(
                source=source,
                line=row.line,
                identifier_digest=row.digest,
                name=row.name,
                address=row.address,
                figures=json.dumps(row.figures, ensure_ascii=False),
            )
            for row in rows
        ),
        batch_size=500,
    )
    told = ClueSourceTaken(source.pk, kind, len(rows), as_of.isoformat())
    journal.write(told, by=actor, subject=f"clue-source:{source.pk}")
    return source


def source_kinds() -> dict[str, set[str]]:
    """Return kind of table → the figures that rules in force compare in it."""
    found: dict[str, set[str]] = {}
    for rule in laws.comparison_rules().values():
        for kind, column, _unit in (rule.first, rule.second):
            found.setdefault(kind, set()).add(column)
    return found


@transaction.atomic
def compare(*, actor: Actor, rule: str, department: Department) -> list[RiskClue]:
    """Compare the newest tables of a rule; return the new clues. The same tables again bring none.

    Nothing follows from a clue by itself. Raises NotAllowed, NoSuchSource.
    """
    actor.must_hold(COMPARE, department=department.pk, area=department.area)
    by = laws.comparison_rules().get(rule)
    if by is None:
        raise NoSuchSource(first=rule, second="—")
    one = ClueSource.objects.newest(by.first[0], department)
    other = ClueSource.objects.newest(by.second[0], department)
    if one is None or other is None:
        raise NoSuchSource(first=by.first[0], second=by.second[0])
    found = []
    rows, index = list(ClueRecord.objects.of(one)), _Index(list(ClueRecord.objects.of(other)), by.linkage)
    for record in rows:
        figure = comparing.amount(json.loads(record.figures).get(by.first[1]))
        if figure is None:
            continue
        match, parts = index.find(record)
        against = comparing.amount(json.loads(match.figures).get(by.second[1])) if match else None
        measure = comparing.measure(by, figure, against)
        if measure is None:
            continue
        lines = [_line(one, record, by.first, figure)]
        lines.append(_line(other, match, by.second, against) if match else _absent(other, by.second))
        clue = _raise(actor, by, department, record, measure, lines, parts)
        if clue:
            found.append(clue)
    told = SourcesCompared(rule, one.pk, other.pk, len(found))
    journal.write(told, by=actor, subject=f"clue-source:{one.pk}")
    return found


@transaction.atomic
def raise_from_sensing(*, entity: SupervisedEntity, alert: str, words: str, key: str) -> RiskClue | None:
    """Raise a clue about an object whose device reported something; the same alert again raises none."""
    line = {
        "source": "sensing",
        "title": words[:200],
        "authority": entity.department.name,
        "as_of": clock.today().isoformat(),
        "line": alert,
        "name": entity.name,
        "field": "alert",
        "value": words[:200],
        "unit": "",
    }
    clue, created = RiskClue.objects.get_or_create(
        key=key,
        defaults={
            "rule": SENSING,
            "rule_from": clock.today(),
            "department": entity.department,
            "area": entity.area,
            "entity": entity,
            "name": entity.name,
            "lines": json.dumps([line], ensure_ascii=False),
            "linkage": {"by": "device", "thing": entity.thing},
            "found_at": clock.now(),
        },
    )
    if not created:
        return None
    journal.write(ClueRaised(clue.pk, SENSING), by=SYSTEM, subject=clue.subject)
    return clue


@transaction.atomic
def read(*, actor: Actor, clue: RiskClue) -> list[dict[str, Any]]:
    """Return the lines of evidence of a clue; that they were read stays, and is shown to whom it is about."""
    actor.must_hold(COMPARE, department=clue.department_id, area=clue.area)
    party = clue.entity.party_id if clue.entity else None
    journal.write_reading(
        ClueRead(clue.pk),
        by=actor,
        of=[party] if party else [],
        office=clue.department.name,
        subject=clue.subject,
        reason=str(_("To decide on a clue from a comparison of data")),
    )
    lines: list[dict[str, Any]] = json.loads(clue.lines)
    return lines


@transaction.atomic
def dismiss(*, actor: Actor, clue: RiskClue, words: str) -> RiskClue:
    """Say why a clue leads to nothing. Raises NotAllowed, ClueDecidedAlready, Invalid."""
    return _decide(actor, clue, words, pursued=False)


@transaction.atomic
def pursue(*, actor: Actor, clue: RiskClue, words: str, inspection: FieldInspection) -> RiskClue:
    """Look into a clue by an inspection that was planned for it. Raises NotAllowed, ClueDecidedAlready, Invalid."""
    if clue.entity_id != inspection.entity_id:
        raise Invalid({"entity": [_("The inspection is of another object.")]})
    return _decide(actor, clue, words, pursued=True, inspection=inspection)


@transaction.atomic
def inspect_clue(*, actor: Actor, clue: RiskClue, words: str, **plan: Any) -> RiskClue:
    """Plan an inspection of a clue's object and look into the clue by it; plan: what `plan_inspection` takes besides.

    Raises NotAllowed, ClueDecidedAlready, Invalid and what is wrong with the plan.
    """
    actor.must_hold(COMPARE, department=clue.department_id, area=clue.area)
    if clue.entity is None:
        raise Invalid({"words": [_("No supervised object belongs to this clue.")]})
    if clue.decided_at:
        raise ClueDecidedAlready()
    planned = inspecting.plan_inspection(actor=actor, entity=clue.entity, origin="clue", **plan)
    return pursue(actor=actor, clue=clue, words=words, inspection=planned)


def _decide(
    actor: Actor, clue: RiskClue, words: str, *, pursued: bool, inspection: FieldInspection | None = None
) -> RiskClue:
    actor.must_hold(COMPARE, department=clue.department_id, area=clue.area)
    clue = RiskClue.objects.select_for_update(of=("self",)).get(pk=clue.pk)
    if clue.decided_at:
        raise ClueDecidedAlready()
    if not words.strip():
        raise Invalid({"words": [pgettext_lazy("inspection", "Say why.")]})
    clue.pursued, clue.words, clue.inspection = pursued, words.strip(), inspection
    clue.decided_at, clue.decided_by = clock.now(), actor.account
    clue.save()
    journal.write(ClueDecided(clue.pk, pursued), by=actor, subject=clue.subject)
    return clue


class _Index:
    """Rows of the second table: found by identifier, else by whichever name and address are most alike."""

    def __init__(self, records: list[ClueRecord], linkage: Mapping[str, int]) -> None:
        self.records, self.linkage = records, linkage
        self.by_digest = {one.identifier_digest: one for one in records if one.identifier_digest}
        self.by_pair: dict[str, list[int]] = {}
        for place, one in enumerate(records):
            for pair in set(_pairs(one.name)):
                self.by_pair.setdefault(pair, []).append(place)

    def find(self, record: ClueRecord) -> tuple[ClueRecord | None, linking.LinkedParts]:
        if match := self.by_digest.get(record.identifier_digest):
            return match, linking.LinkedParts("identifier", 1000)
        places = {place for pair in _pairs(record.name) for place in self.by_pair.get(pair, ())}
        best, parts = None, linking.LinkedParts("likeness", 0, 0, 0, self.linkage["least"])
        for place in sorted(places):
            one = self.records[place]
            linked = linking.link(_side(record), _side(one), **self.linkage)
            if linked.score > parts.score:
                best, parts = one, linked
        return (best, parts) if best is not None and parts.holds else (None, parts)


def _pairs(name: str) -> list[str]:
    bare = linking.core(name)
    return [bare[place : place + 2] for place in range(len(bare) - 1)] or [bare]


def _side(record: ClueRecord) -> tuple[str, str, str]:
    return record.identifier_digest, record.name, record.address


def _line(source: ClueSource, record: ClueRecord, side: tuple[str, str, str], value: Decimal | None) -> dict[str, Any]:
    return {
        "source": source.kind,
        "title": source.title,
        "authority": source.authority,
        "as_of": source.as_of.isoformat(),
        "line": str(record.line),
        "name": record.name,
        "address": record.address,
        "field": side[1],
        "value": "" if value is None else format(value, "f"),
        "unit": side[2],
    }


def _absent(source: ClueSource, side: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "source": source.kind,
        "title": source.title,
        "authority": source.authority,
        "as_of": source.as_of.isoformat(),
        "line": "",
        "name": "",
        "address": "",
        "field": side[1],
        "value": "",
        "unit": side[2],
    }


def _raise(
    actor: Actor,
    rule: comparing.ComparisonRule,
    department: Department,
    record: ClueRecord,
    measure: Decimal,
    lines: list[dict[str, Any]],
    parts: linking.LinkedParts,
) -> RiskClue | None:
    entity = _entity_of(record, department)
    clue, created = RiskClue.objects.get_or_create(
        key=f"{rule.key}:{record.source_id}:{record.line}:{lines[1]['as_of']}:{lines[1]['line']}",
        defaults={
            "rule": rule.key,
            "rule_from": rule.valid_from,
            "department": department,
            "area": entity.area if entity else department.area,
            "entity": entity,
            "name": record.name,
            "measure": str(measure),
            "lines": json.dumps(lines, ensure_ascii=False),
            "linkage": parts._asdict(),
            "found_at": clock.now(),
        },
    )
    if not created:
        return None
    journal.write(ClueRaised(clue.pk, rule.key), by=actor, subject=clue.subject)
    return clue


def _entity_of(record: ClueRecord, department: Department) -> SupervisedEntity | None:
    """Return the supervised object that a row is about by its identifier; a name alone points to nobody."""
    if not record.identifier_digest:
        return None
    found = SupervisedEntity.objects.of_department(department).listed()
    return found.filter(party__id_digest=record.identifier_digest).order_by("pk").first()


def _rows(content: bytes, figures: set[str]) -> Iterator[_Row]:
    """Yield the rows of a table. Raises Invalid with the line that is wrong."""
    if len(content) > MAX_BYTES:
        raise Invalid({"file": [_("The table is larger than 5 MB.")]})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid({"file": [_("The table is not written in UTF-8.")]}) from error
    reader = csv.DictReader(io.StringIO(text))
    columns = set(reader.fieldnames or ())
    if missing := {NAME, *figures} - columns:
        said = _("The table lacks the columns: %(names)s.") % {"names": ", ".join(sorted(missing))}
        raise Invalid({"file": [said]})
    for line, row in enumerate(reader, 2):
        if line > MAX_ROWS + 1:
            raise Invalid({"file": [_("The table has more than 5,000 rows.")]})
        name = (row.get(NAME) or "").strip()
        if not name:
            raise Invalid({"file": [_("Line %(line)d has no name.") % {"line": line}]})
        for column in sorted(figures):
            if comparing.amount(row.get(column)) is None:
                said = _("Line %(line)d: %(column)s is no number.") % {"line": line, "column": column}
                raise Invalid({"file": [said]})
        identifier = (row.get(IDENTIFIER) or "").strip().upper()
        yield _Row(
            line,
            crypto.digest_of(identifier) if identifier else "",
            name[:160],
            (row.get(ADDRESS) or "").strip()[:200],
            {column: str(row[column]).strip() for column in figures},
        )
