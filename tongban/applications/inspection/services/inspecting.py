"""Plan an inspection, and record it once: answers, photographs, who signed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.applications.inspection.events import InspectionPlanned, InspectionRecorded
from tongban.applications.inspection.models import (
    EnforcementOfficer,
    FieldInspection,
    InspectionDraw,
    InspectionPhoto,
    OfficerConflict,
    SupervisedEntity,
)
from tongban.applications.inspection.services import laws
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents

MANAGE, INSPECT = "inspection.manage", "inspection.inspect"
OUTCOMES: Mapping[str, StrOrPromise] = {
    "yes": pgettext_lazy("inspection", "in order"),
    "no": _("not in order"),
    "na": _("does not apply"),
}
MAX_PHOTOS, MAX_PHOTO_MB = 12, 15


class OneOfficer(Refusal):
    status, field = 422, "second"
    message = _("%(article)s asks for two officers with valid cards; these are not two, or a card has expired.")


class InConflict(Refusal):
    status, field = 422, "first"
    message = _("%(officer)s has a conflict of interest with %(entity)s and keeps away.")


class MethodNotPermitted(Refusal):
    status, field = 422, "method"
    message = _("%(matter)s is not inspected in this way.")


class KindNotInspected(Refusal):
    status, field = 422, "matter"
    message = _("%(matter)s is not for objects of this kind.")


class RecordedAlready(Refusal):
    message = _("Inspection %(number)s was recorded already. A record is never changed.")


@dataclass(frozen=True)
class FieldRecord:
    """What officers bring from an inspection.

    answers    item → ("yes" | "no" | "na", words)
    signed     name that whoever was inspected typed; refusal: why nobody signed
    photos     files; at, key: moment and key of the phone; offline: it waited on the phone
    """

    outcome: str
    answers: Mapping[str, tuple[str, str]]
    words: str = ""
    signed: str = ""
    refusal: str = ""
    photos: Sequence[Any] = field(default=())
    latitude: float | None = None
    longitude: float | None = None
    at: datetime | None = None
    key: str = ""
    offline: bool = False


@transaction.atomic
def plan_inspection(
    *,
    actor: Actor,
    entity: SupervisedEntity,
    matter: str,
    method: str,
    officers: tuple[EnforcementOfficer, EnforcementOfficer],
    planned_on: date,
    origin: str = "plan",
) -> FieldInspection:
    """Plan an inspection by two officers. Raises NotAllowed and what is wrong with the plan."""
    actor.must_hold(MANAGE, department=entity.department_id, area=entity.area)
    return enter_plan(
        actor,
        entity=entity,
        matter=matter,
        method=method,
        officers=officers,
        planned_on=planned_on,
        origin=origin,
    )


def enter_plan(
    actor: Actor,
    *,
    entity: SupervisedEntity,
    matter: str,
    method: str,
    officers: tuple[EnforcementOfficer, EnforcementOfficer],
    planned_on: date,
    origin: str,
    draw: InspectionDraw | None = None,
) -> FieldInspection:
    """Write a plan down, after whoever called asked whether it may be."""
    known = laws.matter(matter)
    if method not in known.methods:
        raise MethodNotPermitted(matter=known.title)
    if entity.kind not in known.kinds:
        raise KindNotInspected(matter=known.title)
    must_be_two(officers, on=planned_on, department=entity.department_id)
    for conflict in OfficerConflict.objects.between([one.pk for one in officers], entity):
        officer = next(one for one in officers if one.pk == conflict.officer_id)
        raise InConflict(officer=officer.title, entity=entity.name)
    first, second = officers
    inspection = FieldInspection.objects.create(
        number=f"JC{clock.today():%Y}{ids.token(7)}",
        entity=entity,
        matter=matter,
        method=method,
        origin=origin,
        draw=draw,
        department_id=entity.department_id,
        area=entity.area,
        planned_on=planned_on,
        first_officer=first,
        second_officer=second,
        first_account=first.account_id,
        second_account=second.account_id,
    )
    told = InspectionPlanned(inspection.pk, entity.pk, matter, origin)
    journal.write(told, by=actor, subject=inspection.subject)
    return inspection


def must_be_two(officers: Sequence[EnforcementOfficer], *, on: date, department: int) -> None:
    """Raise OneOfficer unless these are as many officers as the law asks for, of the department, with valid cards."""
    least = laws.law().value("officers")
    able = {one.account_id for one in officers if one.valid_until >= on and one.department_id == department}
    if len(able) < least:
        raise OneOfficer(article=laws.article("officers"))


def record(*, actor: Actor, inspection: FieldInspection, found: FieldRecord) -> FieldInspection:
    """Record an inspection, once; the same key again is the same record.

    Photographs are looked at and kept first, outside the transaction. Raises NotAllowed, RecordedAlready, Invalid, and
    what storage raises.
    """
    if actor.account not in {inspection.first_account, inspection.second_account} or not actor.holds(INSPECT):
        raise NotAllowed()
    if found.key and inspection.key == found.key:
        return inspection
    if inspection.done_at:
        raise RecordedAlready(number=inspection.number)
    _check(inspection, found)
    kept = [
        documents.attach(
            actor=actor,
            owner=None,
            kind="inspection-photo",
            title=f"{inspection.number} {number}",
            file=file,
            accept=("jpg", "png"),
            max_bytes=storage.max_file_mb(MAX_PHOTO_MB) * storage.MEGABYTE,
            origin="field",
        )
        for number, file in enumerate(found.photos[:MAX_PHOTOS], 1)
    ]
    return _record(actor, inspection, found, kept)


@transaction.atomic
def _record(actor: Actor, inspection: FieldInspection, found: FieldRecord, kept: Sequence[Any]) -> FieldInspection:
    inspection = FieldInspection.objects.select_for_update(of=("self",)).with_names().get(pk=inspection.pk)
    if inspection.done_at:
        if found.key and inspection.key == found.key:
            return inspection
        raise RecordedAlready(number=inspection.number)
    now = clock.now()
    items = laws.matter(inspection.matter, inspection.planned_on).items
    inspection.answers = [
        {"key": item.key, "text": item.text, "outcome": said[0], "words": said[1].strip()}
        for item in items
        if (said := found.answers.get(item.key))
    ]
    inspection.outcome, inspection.words = found.outcome, found.words.strip()
    inspection.signed, inspection.refusal = found.signed.strip(), found.refusal.strip()
    inspection.latitude, inspection.longitude = found.latitude, found.longitude
    inspection.at = min(found.at or now, now)
    inspection.done_at, inspection.offline, inspection.actor = now, found.offline, actor.name
    inspection.key = found.key or None
    photos = [
        InspectionPhoto(
            inspection=inspection,
            document=document,
            taken_at=inspection.at,
            key=f"{found.key}:{number}" if found.key else None,
        )
        for number, document in enumerate(kept)
    ]
    InspectionPhoto.objects.bulk_create(photos)
    inspection.digest = record_digest(inspection, [document.blob.digest for document in kept])
    inspection.save()
    told = InspectionRecorded(inspection.pk, inspection.entity_id, inspection.outcome, len(inspection.findings))
    journal.write(told, by=actor, subject=inspection.subject)
    return inspection


def record_digest(inspection: FieldInspection, photos: Sequence[str]) -> str:
    """Return SHA-256 over all that a record says, and the digests of its photographs in their order."""
    said = {
        "number": inspection.number,
        "officers": [inspection.first_officer_id, inspection.second_officer_id],
        "outcome": inspection.outcome,
        "answers": inspection.answers,
        "words": inspection.words,
        "signed": inspection.signed,
        "refusal": inspection.refusal,
        "place": [inspection.latitude, inspection.longitude],
        "at": inspection.at.isoformat() if inspection.at else "",
        "photos": list(photos),
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(inspection: FieldInspection) -> bool:
    """Say whether a record and its photographs are what was recorded."""
    photos = [photo.document.blob.digest for photo in InspectionPhoto.objects.of(inspection)]
    return record_digest(inspection, photos) == inspection.digest


def _check(inspection: FieldInspection, found: FieldRecord) -> None:
    wrong: dict[str, list[StrOrPromise]] = {}
    if found.outcome not in FieldInspection.Outcome.values:
        wrong["outcome"] = [_("Say how the inspection ended.")]
    if found.outcome != FieldInspection.Outcome.ABSENT:
        for item in laws.matter(inspection.matter, inspection.planned_on).items:
            outcome, words = found.answers.get(item.key, ("", ""))
            if outcome not in OUTCOMES:
                wrong[f"item-{item.key}"] = [_("Answer every item of the list.")]
            elif outcome == "no" and not words.strip():
                wrong[f"words-{item.key}"] = [_("Say what was found where something is not in order.")]
        failed = any(outcome == "no" for outcome, _words in found.answers.values())
        if not wrong and failed == (found.outcome == FieldInspection.Outcome.CLEAN):
            wrong["outcome"] = [_("The outcome does not go with the answers.")]
        if bool(found.signed.strip()) == bool(found.refusal.strip()):
            wrong["signed"] = [_("Let whoever is inspected sign by name, or say why they did not.")]
    if wrong:
        raise Invalid(wrong)
