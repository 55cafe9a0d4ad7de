"""The papers of an application: where the house keeps them, when they may change, and what it fetches itself."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotFound
from tongban.platform.cases.models import Case, Material
from tongban.platform.cases.services import deferring, facts, plan
from tongban.platform.cases.services.supplementing import MaterialNotAskedFor, may_change
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Attachment, Document
from tongban.platform.licences.models import Licence

Line = Mapping[str, Any]


def materials_of(actor: Actor, case: Case) -> documents.MaterialList:
    """Return the materials of an application as the verbs of documents take them.

    They refuse with NotFound, Conflict and MaterialNotAskedFor besides.
    """
    return documents.MaterialList(
        model=Material,
        subject=case,
        lines=plan.of(case.version).lines,
        owner=case.applicant,
        hold=partial(_hold, actor, case),
        find=partial(_fetched, actor, case),
        service=case.version.service.code,
    )


def attach(*, actor: Actor, case: Case, code: str, file: UploadedFile) -> Attachment:
    """Add an uploaded file to a material line."""
    return documents.attach_to(materials_of(actor, case), actor=actor, code=code, file=file)


def reuse(*, actor: Actor, case: Case, code: str, document: str) -> Attachment:
    """Hand in under a line what the applicant has with us already: brought before, or issued to them."""
    return documents.reuse(materials_of(actor, case), actor=actor, code=code, document=document)


def fetch(*, actor: Actor, case: Case, code: str) -> Attachment:
    """Get a material from the house's own licences or registers instead of asking for it."""
    return documents.fetch(materials_of(actor, case), code=code)


def fetch_all(*, actor: Actor, case: Case) -> list[Line]:
    """Fetch every line that can be fetched and has no document yet; return the lines that found nothing."""
    return documents.fetch_all(materials_of(actor, case), plan.of(case.version).lines_for(case.answers))


def remove(*, actor: Actor, case: Case, document: str) -> None:
    """Take a document out of a draft or a supplement."""
    documents.remove(materials_of(actor, case), document=document)


def paper_of(case: Case, code: str) -> Document | None:
    """Return what lies under a material line, the latest where there are several."""
    material = Material.objects.of(case).under([code]).last()
    return material.document if material else None


def _fetched(actor: Actor, case: Case, line: Line) -> Document | None:
    want = line.get("fetch") or {}
    if kind := want.get("licence"):
        licence = Licence.objects.held_by(case.applicant, kind).first()
        return licence.document if licence else None
    if register := want.get("register"):
        answer = facts.look_up(actor, case, register)
        if answer is None:
            return None
        return documents.keep_extract(
            actor=actor,
            owner=case.applicant,
            kind=line["code"],
            title=line["name"],
            answer=answer,
            service=case.version.service.code,
        )
    return None


def _hold(actor: Actor, case: Case, line: Line) -> None:
    """Hold the case, so that nothing is added while it is handed in.

    Raises NotFound, Conflict; MaterialNotAskedFor where a case waits for a supplement that does not ask for this.
    """
    seen: Case | None = Case.objects.locked(pk=case.pk)
    if seen is None or not seen.is_spoken_for_by(actor):
        raise NotFound()
    if deferring.is_awaited(seen, line["code"]):
        return
    if seen.state not in {Case.State.DRAFT, Case.State.SUPPLEMENT}:
        raise Conflict()
    if seen.state == Case.State.SUPPLEMENT and not may_change(seen, line["code"]):
        raise MaterialNotAskedFor(name=line["name"])
