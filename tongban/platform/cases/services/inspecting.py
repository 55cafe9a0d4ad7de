"""On site: photographs, and whether an inspection brings what the service's definition asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.kernel.wording import recorded
from tongban.infrastructure.storage import services as storage
from tongban.platform.cases.models import Case, Material
from tongban.platform.cases.rules import inspection as rules
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.acting import lock
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.places import services as places
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

MAX_PHOTO_BYTES = 15 * 1024 * 1024

SENTENCES = {
    "no result": _("Choose a result for this point."),
    "no remark": _("Say what is not met."),
    "points not met": _("A point is not met, so the finding cannot be that the conditions are met."),
    "no inspector": _("Name this inspector: the inspection is done by %(inspectors)s or more."),
    "no certificate": _("Give the number of the law-enforcement certificate."),
    "same inspector": _("This is the same inspector once more."),
    "no photos": _("There are %(there)s photographs; this inspection requires at least %(photos)s."),
    "no position": _("Use your position, or enter it by hand."),
    "nowhere": _("This position is 0, 0, far out at sea. Correct it, or confirm that it is right."),
    "outside": _("This position lies outside the city. Correct it, or confirm that it is right."),
}


class InspectionIncomplete(Invalid):
    message = _("The inspection does not yet include everything that the service requires.")


def must_be_complete(case: Case, task: Task, *, passed: bool, findings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the findings as they are saved: with what was asked, and how far from the address they were made.

    Raises InspectionIncomplete, with a sentence for each field that lacks something.
    """
    asked = _asked(case, task)
    if asked is None:
        return dict(findings)
    if errors := lacking(case, task, passed=passed, findings=findings):
        raise InspectionIncomplete(errors)
    points = [{**point._asdict(), **findings["points"][point.code]} for point in asked.points]
    position = {**findings["position"], **_distance(case, asked, findings["position"])}
    return {**findings, "points": points, "position": position}


def lacking(case: Case, task: Task, *, passed: bool, findings: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what an inspection still lacks: field -> sentences."""
    asked = _asked(case, task)
    if asked is None:
        return {}
    there = Material.objects.of(case).from_site().count()
    extent = places.extent_of(case.area) if case.area else ()
    errors: dict[str, list[Any]] = {}
    for field, fault in rules.faults(asked, findings, passed=passed, photos=there, extent=extent):
        details = {"inspectors": asked.inspectors, "photos": asked.photos, "there": there}
        errors.setdefault(field, []).append(SENTENCES[fault] % details)
    return errors


def _asked(case: Case, task: Task) -> rules.Inspection | None:
    """Return what an inspection is to bring; None of one that is done: there the verb says that, and by whom."""
    return plan.of(case.version).inspection(task.key) if task.state == Task.State.OPEN else None


def distance_to(case: Case, asked: rules.Inspection, latitude: float, longitude: float) -> float | None:
    """Return how many kilometres a position is away from the address of a case; None where nobody measured that."""
    known = places.position_of(str(case.answers.get(asked.address, "")))
    return rules.distance_km(known, (latitude, longitude)) if known else None


def _distance(case: Case, asked: rules.Inspection, position: Mapping[str, Any]) -> dict[str, float]:
    away = distance_to(case, asked, position["latitude"], position["longitude"])
    return {} if away is None else {"away_km": round(away, 3)}


def add_site_photos(*, actor: Actor, task: Task, files: Sequence[UploadedFile]) -> None:
    """Keep photographs from the site with the case; one that comes again is kept once.

    Raises NotAllowed, AlreadyDone, and what storage refuses.
    """
    actor.must_hold("cases.inspect", department=task.department_id, area=task.area)
    if task.state != Task.State.OPEN:
        raise workflow.AlreadyDone(title=task.title)
    case = Case.objects.get(pk=Subject.parse(task.subject).number("case") or 0)
    there = {photo.document.blob.digest for photo in Material.objects.of(case).from_site()}
    for file in files:
        content = file.read(MAX_PHOTO_BYTES + 1)
        if (digest := storage.digest_of(content)) in there:
            continue
        there.add(digest)
        document = documents.attach(
            actor=actor,
            owner=None,
            kind="site-photo",
            title=recorded(_("Photograph from the site")),
            file=content,
            name=file.name or "",
            accept=("png", "jpg"),
            max_bytes=MAX_PHOTO_BYTES,
            origin="field",
            service=case.version.service.code,
        )
        _add_photo(case, document)


@transaction.atomic
def _add_photo(case: Case, document: Document) -> None:
    """Add a photograph, unless the same one was faster: the case is not held while a file is kept."""
    lock(pk=case.pk)
    if not Material.objects.of(case).from_site().filter(document__blob=document.blob_id).exists():
        Material.objects.create(case=case, code=Material.SITE, document=document, added_at=clock.now())
