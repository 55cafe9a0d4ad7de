"""Keep documents: those people bring, those registers answer, those the city issues."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.storage.models import Blob
from tongban.platform.documents import rules
from tongban.platform.documents.events import DocumentAttached, DocumentFetched, DocumentIssued, FilesChecked
from tongban.platform.documents.models import Document
from tongban.platform.documents.services.templates import compose
from tongban.platform.parties.models import Party
from tongban.platform.registers.services import LookupResult

# What a register answered, as a paper.
EXTRACT = Path(__file__).resolve().parent.parent / "papers" / "register-extract.md"
# So many damaged files are named in the journal; how many there are stands beside them.
MAX_NAMED = 20


def attach(
    *,
    actor: Actor,
    owner: Party | None,
    kind: str,
    title: str,
    file: Any,
    accept: Collection[str] = ("pdf", "png", "jpg"),
    max_bytes: int,
    name: str = "",
    origin: str = "uploaded",
    service: str = "",
) -> Document:
    """Take in a file that somebody brings. Raises what storage.put raises.

    file      bytes, or an upload; name: of bytes; origin: "uploaded", or "field" when taken on site
    service   catalogue code of the service it is for
    """
    name = name or getattr(file, "name", "") or title
    # The file is looked at and written before the transaction, so that a slow scanner holds up nobody else.
    blob = storage.put(file, name=name, accept=accept, max_bytes=max_bytes)
    return _keep(
        DocumentAttached,
        by=actor,
        owner=owner,
        kind=kind,
        title=title,
        name=name,
        blob=blob,
        origin=origin,
        service=service,
    )


def keep_fetched(
    *,
    actor: Actor,
    owner: Party,
    kind: str,
    title: str,
    content: bytes,
    media_type: str,
    source: str,
    as_of: datetime,
    service: str = "",
) -> Document:
    """Keep what a register answered instead of asking the person for it."""
    blob = storage.save(content, media_type)
    return _keep(
        DocumentFetched,
        by=actor,
        owner=owner,
        kind=kind,
        title=title,
        name=title,
        blob=blob,
        origin="fetched",
        source=source,
        service=service,
        as_of=as_of,
    )


def keep_extract(
    *, actor: Actor, owner: Party, kind: str, title: str, answer: LookupResult, service: str = ""
) -> Document:
    """Keep a register's answer as a readable extract with its source and time."""
    pdf = compose(
        EXTRACT.read_text(encoding="utf-8"),
        {
            "title": title,
            "register": str(answer.title),
            "source": str(answer.source),
            "as_of": answer.as_of,
            "answered_at": answer.answered_at,
            "holder": owner.name,
            "data": [(title, _readable(value)) for title, value in answer.rows],
        },
        title=title,
        seal=False,
    )
    return keep_fetched(
        actor=actor,
        owner=owner,
        kind=kind,
        title=title,
        content=pdf,
        media_type="application/pdf",
        source=f"{answer.source} · {answer.title}",
        service=service,
        as_of=answer.answered_at,
    )


def keep_issued(
    *,
    owner: Party | None,
    kind: str,
    title: str,
    pdf: bytes,
    source: str,
    service: str = "",
    valid_until: date | None = None,
    key: str | None = None,
    token: str | None = None,
    media_type: str = "application/pdf",
) -> Document:
    """Keep what the house issues; its digest is the register by which anyone can check the file.

    key    a second call with the same key returns the first document
    token  what its QR code says, where anyone may check it by that
    """
    if key and (kept := Document.objects.with_key(key)):
        return kept
    blob = storage.save(pdf, media_type)
    return _keep(
        DocumentIssued,
        by=SYSTEM,
        owner=owner,
        kind=kind,
        title=title,
        name=title,
        blob=blob,
        origin="issued",
        source=source,
        service=service,
        valid_until=valid_until,
        key=key,
        token=token,
    )


def recorded(document: Document) -> bool:
    """Say whether an issued document with a code is as it was recorded; one changed in the database is not."""
    fact = journal.newest_fact(f"document:{document.uid}", DocumentIssued)
    return bool(fact and journal.is_genuine(fact) and fact.data.get("record") == document.code())


@transaction.atomic
def files_compared(*, files: int, damaged: int, digests: list[str]) -> None:
    """Keep the outcome of a comparison of all files with their digests."""
    journal.write(FilesChecked(files, damaged, digests), by=SYSTEM, subject="files")


@transaction.atomic
def _keep(
    event: type,
    *,
    by: Actor,
    owner: Party | None,
    kind: str,
    title: str,
    name: str,
    blob: Blob,
    origin: str,
    source: str = "",
    service: str = "",
    as_of: datetime | None = None,
    valid_until: date | None = None,
    key: str | None = None,
    token: str | None = None,
) -> Document:
    now = clock.now()
    document = Document(
        owner=owner,
        kind=kind,
        title=title,
        name=storage.clean_name(name, blob),
        blob=blob,
        origin=origin,
        source=source,
        service=service,
        trust=rules.trust_of(origin),
        as_of=as_of or now,
        valid_until=valid_until,
        created_by=by.account,
        created_at=now,
        key=key,
        token=token,
    )
    try:
        with transaction.atomic(savepoint=key is not None):
            bulk.insert(document)
    except IntegrityError:
        if key and (kept := Document.objects.with_key(key)):
            return kept
        raise
    record = (document.code(),) if token else ()
    said = event(str(document.uid), kind, origin, blob.digest, source, *record)
    journal.write(said, by=by, subject=f"document:{document.uid}")
    return document


def _readable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return "、".join(str(item) for item in value)
    if isinstance(value, Mapping):
        return "；".join(f"{name}：{item}" for name, item in value.items())
    return value
