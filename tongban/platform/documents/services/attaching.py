"""What is asked for of a subject, line by line: attach, use again, fetch, take out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents.models import Attachment, Document
from tongban.platform.documents.services import keeping
from tongban.platform.parties.models import Party

Line = Mapping[str, Any]

# For one line; nobody at a desk reads more, and no disk has room for whatever is sent.
MAX_PAPERS = 30
# Of what the owner has with us, the newest are offered to be handed in again.
MAX_REUSABLE = 40


class NoFile(Refusal):
    status = 422
    message = _("Choose a file first.")


class NothingToFetch(Refusal):
    message = _("We found no valid “%(name)s” for you. Please upload it.")


class TooManyPapers(Refusal):
    message = _("There are already %(most)s files for this material. Combine them, or remove one first.")


class NotReusable(Refusal):
    status = 422
    message = _("This file cannot be used for “%(name)s”. Choose another one, or upload it.")


class UnknownMaterial(Refusal):
    status = 404
    message = _("That material is not asked for here.")


@dataclass(frozen=True)
class MaterialList:
    """What is asked for of one subject, and where it is kept.

    model     the room's own, a subclass of Attachment
    lines     each with its `code` and `name`; `required` (true), `accept` (pdf, png, jpg), `max_mb` (20), `fetch`
    owner     whose the documents are
    hold      holds the subject for this transaction, and refuses where nothing may come or go under a line
    find      returns what answers a line that says `fetch`, from a register or a licence; None where nothing does
    service   catalogue code of the service it is for, "" where it is for none
    """

    model: type[Attachment]
    subject: models.Model
    lines: Sequence[Line]
    owner: Party
    hold: Callable[[Line], object]
    find: Callable[[Line], Document | None] = lambda line: None
    service: str = ""

    def line(self, code: str) -> Line:
        """Return the line with this code. Raises UnknownMaterial."""
        for line in self.lines:
            if line["code"] == code:
                return line
        raise UnknownMaterial()


def attach_to(materials: MaterialList, *, actor: Actor, code: str, file: UploadedFile | None) -> Attachment:
    """Add an uploaded file to a line. Raises what storage and `hold` refuse, NoFile, UnknownMaterial, TooManyPapers."""
    if file is None:
        raise NoFile()
    line = materials.line(code)
    _must_be_free(materials, line)
    document = keeping.attach(
        actor=actor,
        owner=materials.owner,
        kind=code,
        title=line["name"],
        file=file,
        accept=kinds_of(line),
        max_bytes=largest_mb(line) * storage.MEGABYTE,
        service=materials.service,
    )
    return _add(materials, line, document)


@transaction.atomic
def reuse(materials: MaterialList, *, actor: Actor, code: str, document: str) -> Attachment:
    """Put under a line what the owner has with us already: brought before, or issued to them.

    Raises what `hold` refuses, NotReusable, UnknownMaterial, TooManyPapers.
    """
    line = materials.line(code)
    _must_be_free(materials, line)
    found = Document.objects.visible_to(actor).named(document)
    if found is None or found.owner_id != materials.owner.pk or not _fits(line, found):
        raise NotReusable(name=line["name"])
    return _put(materials, line, found)


def fetch(materials: MaterialList, *, code: str) -> Attachment:
    """Get what a line asks for instead of asking people for it; doing it twice adds nothing.

    Raises what `hold` refuses, NothingToFetch, UnknownMaterial, TooManyPapers.
    """
    line = materials.line(code)
    _must_be_free(materials, line)
    document = materials.find(line)
    if document is None:
        raise NothingToFetch(name=line["name"])
    return _add(materials, line, document)


def fetch_all(materials: MaterialList, lines: Sequence[Line]) -> list[Line]:
    """Fetch every one of these lines that can be fetched and has no document yet; return those that found nothing."""
    there = materials.model.objects.codes_of(materials.subject)
    empty = []
    for line in lines:
        if line.get("fetch") and line["code"] not in there:
            document = materials.find(line)
            if document is None:
                empty.append(line)
            else:
                _add(materials, line, document)
    return empty


@transaction.atomic
def remove(materials: MaterialList, *, document: str) -> None:
    """Take a document out again; it stays on record. Raises what `hold` refuses, NotFound."""
    attachment = materials.model.objects.of(materials.subject).named(document).first()
    if attachment is None:
        raise NotFound()
    materials.hold(materials.line(attachment.code))
    attachment.replaced_at = clock.now()
    attachment.save(update_fields=["replaced_at"])


def reusable(materials: MaterialList, *, actor: Actor) -> dict[str, list[Document]]:
    """Return for each line what the owner has already and may use there, of the same kind first."""
    had, seen = [], set()
    for document in Document.objects.visible_to(actor).latest_of(materials.owner, MAX_REUSABLE):
        if (document.blob_id, document.kind) not in seen:
            seen.add((document.blob_id, document.kind))
            had.append(document)
    return {
        line["code"]: sorted(
            (document for document in had if _fits(line, document)), key=lambda found: found.kind != line["code"]
        )
        for line in materials.lines
    }


def kinds_of(line: Line) -> tuple[str, ...]:
    """Return which kinds of files a line takes: where it takes PDF, it takes OFD, the country's own format, as well."""
    kinds = tuple(line.get("accept", ("pdf", "png", "jpg")))
    return (*kinds, "ofd") if "pdf" in kinds and "ofd" not in kinds else kinds


def largest_mb(line: Line) -> int:
    """Return how many megabytes a file for a line may have: what its definition says, and what the house takes."""
    return storage.max_file_mb(int(line.get("max_mb", 20)))


def _fits(line: Line, document: Document) -> bool:
    fits = document.blob.size <= largest_mb(line) * storage.MEGABYTE
    return fits and storage.kind_of(document.blob) in kinds_of(line)


@transaction.atomic
def _must_be_free(materials: MaterialList, line: Line) -> None:
    """Refuse before anything is kept among the owner's documents; `_add` asks again, and holds the subject."""
    materials.hold(line)
    if materials.model.objects.of(materials.subject).under([line["code"]]).count() >= MAX_PAPERS:
        raise TooManyPapers(most=MAX_PAPERS)


@transaction.atomic
def _add(materials: MaterialList, line: Line, document: Document) -> Attachment:
    materials.hold(line)
    return _put(materials, line, document)


def _put(materials: MaterialList, line: Line, document: Document) -> Attachment:
    rows, code = materials.model.objects, line["code"]
    if document.origin == Document.Origin.FETCHED:
        # Each answer of a register is a paper of its own; one is enough.
        there = rows.of(materials.subject).under([code]).filter(document__origin=document.origin).first()
        if there is not None:
            return there
    attachment, _made = rows.get_or_create(
        **{materials.model.SUBJECT: materials.subject},
        code=code,
        document=document,
        defaults={"added_at": clock.now()},
    )
    if attachment.replaced_at:
        attachment.replaced_at = None
        attachment.save(update_fields=["replaced_at"])
    return attachment
