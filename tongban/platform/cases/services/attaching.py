"""The papers of an application: upload, let the house fetch, take out again."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotFound, Refusal
from tongban.infrastructure.storage import services as storage
from tongban.platform.cases.models import Case, Material
from tongban.platform.cases.services import facts, plan
from tongban.platform.cases.services.supplementing import MaterialNotAskedFor, may_change
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.licences.models import Licence

MEGABYTE = 1024 * 1024
# For one material; nobody at a desk reads more, and no disk has room for whatever is sent.
MAX_PAPERS = 30
# Of what the applicant has with us, the newest are offered to be handed in again.
MAX_REUSABLE = 40


class NothingToFetch(Refusal):
    message = _("We found no valid “%(name)s” for you. Please upload it.")


class TooManyPapers(Refusal):
    message = _("There are already %(most)s files for this material. Combine them, or remove one first.")


class NotReusable(Refusal):
    status = 422
    message = _("This file cannot be used for “%(name)s”. Choose another one, or upload it.")


class UnknownMaterial(Refusal):
    status = 404
    message = _("This service does not ask for that material.")


def attach(*, actor: Actor, case: Case, code: str, file: UploadedFile) -> Material:
    """Add an uploaded file to a material line.

    Raises what storage refuses, UnknownMaterial, TooManyPapers, NotFound, Conflict, MaterialNotAskedFor.
    """
    line = _line(case, code)
    _make_sure(actor, case, line)
    document = documents.attach(
        actor=actor,
        owner=case.applicant,
        kind=code,
        title=line["name"],
        file=file,
        accept=kinds_of(line),
        max_bytes=largest_mb(line) * MEGABYTE,
        service=case.version.service.code,
    )
    return _add(actor, case, code, document)


@transaction.atomic
def reuse(*, actor: Actor, case: Case, code: str, document: str) -> Material:
    """Hand in under a line what the applicant has with us already: brought before, or issued to them.

    Raises NotReusable, UnknownMaterial, TooManyPapers, NotFound, Conflict, MaterialNotAskedFor.
    """
    line = _line(case, code)
    _make_sure(actor, case, line)
    found = Document.objects.visible_to(actor).named(document)
    if found is None or found.owner_id != case.applicant_id or not _fits(line, found):
        raise NotReusable(name=line["name"])
    return _add(actor, case, code, found)


def paper_of(case: Case, code: str) -> Document | None:
    """Return what lies under a material line, the latest where there are several."""
    material = Material.objects.of(case).under([code]).last()
    return material.document if material else None


def reusable(*, actor: Actor, case: Case) -> dict[str, list[Document]]:
    """Return for each line what the applicant has already and may hand in there, of the same kind first."""
    had, seen = [], set()
    for document in Document.objects.visible_to(actor).latest_of(case.applicant, MAX_REUSABLE):
        if (document.blob_id, document.kind) not in seen:
            seen.add((document.blob_id, document.kind))
            had.append(document)
    return {
        line["code"]: sorted(
            (document for document in had if _fits(line, document)), key=lambda found: found.kind != line["code"]
        )
        for line in plan.of(case.version).lines
    }


def kinds_of(line: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which kinds of files a line takes."""
    return tuple(line.get("accept", ("pdf", "png", "jpg")))


def largest_mb(line: Mapping[str, Any]) -> int:
    """Return how many megabytes a file for a line may have: what its definition says, and what the house takes."""
    return storage.max_file_mb(int(line.get("max_mb", 20)))


def fetch(*, actor: Actor, case: Case, code: str) -> Material:
    """Get a material from the house's own licences or registers instead of asking for it; doing it twice adds nothing.

    Raises NothingToFetch, UnknownMaterial, TooManyPapers, NotFound, Conflict, MaterialNotAskedFor.
    """
    line = _line(case, code)
    _make_sure(actor, case, line)
    document = _fetched(actor, case, line)
    if document is None:
        raise NothingToFetch(name=line["name"])
    return _add(actor, case, code, document)


def fetch_all(*, actor: Actor, case: Case) -> list[Mapping[str, Any]]:
    """Fetch every line that can be fetched and has no document yet; return the lines that found nothing."""
    there = Material.objects.codes_of(case)
    empty = []
    for line in plan.of(case.version).lines_for(case.answers):
        if line.get("fetch") and line["code"] not in there:
            document = _fetched(actor, case, line)
            if document is None:
                empty.append(line)
            else:
                _add(actor, case, line["code"], document)
    return empty


@transaction.atomic
def remove(*, actor: Actor, case: Case, document: str) -> None:
    """Take a document out of a draft or a supplement. Raises NotFound, Conflict, MaterialNotAskedFor."""
    held = _editable(actor, case)
    material = Material.objects.of(case).named(document).first()
    if material is None:
        raise NotFound()
    _must_be_open(held, _line(case, material.code))
    material.replaced_at = clock.now()
    material.save(update_fields=["replaced_at"])


def _fetched(actor: Actor, case: Case, line: Mapping[str, Any]) -> Document | None:
    want = line.get("fetch") or {}
    if kind := want.get("licence"):
        licence = Licence.objects.held_by(case.applicant, kind).first()
        return licence.document if licence else None
    if register := want.get("register"):
        answer = facts.ask(actor, case, register)
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


def _fits(line: Mapping[str, Any], document: Document) -> bool:
    fits = document.blob.size <= largest_mb(line) * MEGABYTE
    return fits and storage.kind_of(document.blob) in kinds_of(line)


def _line(case: Case, code: str) -> Mapping[str, Any]:
    line = plan.of(case.version).line(code)
    if line is None:
        raise UnknownMaterial()
    return line


@transaction.atomic
def _add(actor: Actor, case: Case, code: str, document: Document) -> Material:
    _editable(actor, case)
    if document.origin == Document.Origin.FETCHED:
        # Each answer of a register is a paper of its own; one is enough.
        there = Material.objects.of(case).under([code]).filter(document__origin=document.origin).first()
        if there is not None:
            return there
    material, _made = Material.objects.get_or_create(
        case=case, code=code, document=document, defaults={"added_at": clock.now()}
    )
    if material.replaced_at:
        material.replaced_at = None
        material.save(update_fields=["replaced_at"])
    return material


def _make_sure(actor: Actor, case: Case, line: Mapping[str, Any]) -> None:
    """Refuse before anything is kept among the applicant's papers; `_add` asks again, and holds the case."""
    with transaction.atomic():
        _must_be_open(_editable(actor, case), line)
        if Material.objects.of(case).under([line["code"]]).count() >= MAX_PAPERS:
            raise TooManyPapers(most=MAX_PAPERS)


def _must_be_open(case: Case, line: Mapping[str, Any]) -> None:
    """Raise MaterialNotAskedFor where a case waits for a supplement that does not ask for this."""
    if case.state == Case.State.SUPPLEMENT and not may_change(case, line["code"]):
        raise MaterialNotAskedFor(name=line["name"])


def _editable(actor: Actor, case: Case) -> Case:
    """Hold the case, so that nothing is added while it is handed in. Raises NotFound, Conflict."""
    seen: Case | None = Case.objects.locked(pk=case.pk)
    if seen is None or not seen.is_spoken_for_by(actor):
        raise NotFound()
    if seen.state not in {Case.State.DRAFT, Case.State.SUPPLEMENT}:
        raise Conflict()
    return seen
