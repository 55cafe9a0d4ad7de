"""Take documents in, make letters, hand documents out."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.storage.models import Blob
from tongban.platform.documents import rules
from tongban.platform.documents.composing import fonts, layout, markdown, sandbox, template_names
from tongban.platform.documents.composing.flaws import Flaw as Flaw
from tongban.platform.documents.composing.flaws import Flawed
from tongban.platform.documents.events import DocumentAttached, DocumentFetched, DocumentIssued, FilesChecked
from tongban.platform.documents.models import Document
from tongban.platform.documents.waiting import GlyphMissing as GlyphMissing
from tongban.platform.documents.waiting import papers_waiting as papers_waiting
from tongban.platform.documents.waiting import try_waiting as try_waiting
from tongban.platform.documents.waiting import wait_for_glyphs as wait_for_glyphs
from tongban.platform.parties.models import Party
from tongban.platform.registers.services import LookupResult

shown, further_typefaces = rules.shown, fonts.further
LETTERS = Path(__file__).resolve().parent / "letters"
# What the template of a licence may ask for.
LICENCE_NAMES = rules.LICENCE
# So many damaged files are named in the journal; how many there are stands beside them.
NAMED = 20
_DEMO_NOTE = "演示系统生成，不具有法律效力"


class TemplateBroken(Refusal):
    status = 422
    message = _("The template of “%(title)s” cannot be used: %(problem)s.")


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
    blob = storage.keep(content, media_type)
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
        letter("register-extract"),
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
) -> Document:
    """Keep what the house issues; its digest is the register by which anyone can check the file.

    key    a second call with the same key returns the first document
    token  what its QR code says, where anyone may check it by that
    """
    if key and (kept := Document.objects.keyed(key)):
        return kept
    blob = storage.keep(pdf, "application/pdf")
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
    fact = journal.last_of(f"document:{document.uid}", DocumentIssued)
    return bool(fact and journal.genuine(fact) and fact.data.get("record") == document.code())


def letter(name: str) -> str:
    """Return the template of one of the house's letters, e.g. "supplement-notice". Raises KeyError."""
    return letters()[name]


@cache
def letters() -> Mapping[str, str]:
    """Return the templates of all the house's letters by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(LETTERS.glob("*.md"))}


def compose(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    qr: str = "",
    caption: str = "扫码核验",
    seal: bool = True,
    draft: bool = False,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Return a PDF: the template filled with plain values and set in type. Raises TemplateBroken, GlyphMissing.

    A paper that will be sealed has a glyph for every character; in others its code stands in the place of one that has
    none: 〔U+30302〕.

    qr     what the QR code says, "" for none; caption: what is written under it, one or two lines
    seal   leave a place for the department's seal: the empty signature field "Seal" over the signature block
    draft  it will not be sealed in spite of its place: a preview
    pictures   name → JPEG; see `portrait`
    """
    read = _read(template, context, title)
    if seal and not draft:
        must_have_glyphs(markdown.text_of(read), title=title)
    author = markdown.unshield(next((block.lines[0] for block in read.blocks if block.kind == "signature"), ""))
    author = author.rpartition("：")[2]
    note = _DEMO_NOTE if settings.DEMO else ""
    return layout.set_(read, layout.Setting(title, author, qr, caption, seal, note, pictures))


def must_have_glyphs(*texts: str, title: str) -> None:
    """Refuse a paper that says a character which no typeface has. Raises GlyphMissing."""
    if missing := glyphs_missing(*texts):
        raise GlyphMissing(missing, title=title)


def glyphs_missing(*texts: str) -> list[str]:
    """Return the characters, each once, that no typeface has: neither ours nor those that the operator added."""
    return fonts.lacking(markdown.unshield(markdown.shield("".join(texts))))


def fill(template: str, context: Mapping[str, Any], *, title: str = "") -> str:
    """Return a template's plain text, filled; for a face's elements or a number's pattern. Raises TemplateBroken."""
    try:
        return markdown.unshield(sandbox.fill(template, context))
    except sandbox.BadTemplate as broken:
        raise TemplateBroken(title=title, problem=broken) from broken


def values(template: str, context: Mapping[str, Any], *, title: str) -> dict[str, str]:
    """Return what a template of "label :: value" lines says, e.g. the face of a licence; empty values are left out.

    Raises TemplateBroken.
    """
    return {
        markdown.unshield(label): markdown.unshield(text)
        for block in _read(template, context, title).blocks
        if block.kind == "fields"
        for label, text in block.rows
        if markdown.unshield(text)
    }


class OutlineBlock(NamedTuple):
    """A piece of a document in plain text, for a page; see `composing.markdown.Block`."""

    kind: str
    text: str
    marker: str
    lines: list[str]
    rows: list[list[str]]
    head: bool

    def texts(self) -> list[str]:
        """Return everything that it says."""
        return [self.text, *self.lines, *(cell for row in self.rows for cell in row)]


def outline(template: str, context: Mapping[str, Any], *, title: str) -> list[OutlineBlock]:
    """Return what a filled template says, piece by piece, as the file made of it will say it. Raises TemplateBroken."""
    return [
        OutlineBlock(
            block.kind,
            "".join(text for text, _bold in markdown.spans(block.text)),
            block.marker,
            [markdown.unshield(line) for line in block.lines],
            [[markdown.unshield(cell) for cell in row] for row in block.rows],
            block.head,
        )
        for block in _read(template, context, title).blocks
    ]


def letter_names(name: str = "") -> dict[str, Any]:
    """Return what a letter of the house may ask for; "" for what all of them may, and the face of a licence too."""
    return {**rules.LETTER, **rules.BESIDES.get(name, {})}


def check(template: str, *, names: Mapping[str, Any] | None = None) -> list[Flaw]:
    """Return what is wrong with a template; [] when nothing is.

    names   what it may ask for, such as `letter_names` says; None does not look
    """
    try:
        sandbox.compile_(template)
        markdown.front_matter(template)
    except Flawed as broken:
        return [broken.flaw]
    return list(template_names.unknown_names(template, names)) if names is not None else []


def without_default(template: str, *, under: str, names: Collection[str]) -> list[Flaw]:
    """Return where a sound template counts on a value that may be missing.

    under, names   e.g. "answers" and the questions that need no answer
    """
    return list(template_names.without_default(template, under, names))


def response(document: Document, *, inline: bool = False) -> HttpResponse:
    """LookupResult with the file, so that the browser shows or saves it and never runs anything in it. Raises Lost."""
    answer = FileResponse(
        storage.open(document.blob),
        as_attachment=not inline,
        filename=storage.clean_name(document.name, document.blob),
        content_type=document.blob.media_type,
    )
    answer["Content-Length"] = document.blob.size
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Security-Policy"] = _policy(document.blob.media_type)
    return cast(HttpResponse, answer)  # a sibling by class, the same to every door


def thumbnail(document: Document) -> HttpResponse:
    """LookupResult with a small copy of a picture, for lists. Raises Lost."""
    answer = HttpResponse(storage.small(document.blob), content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Security-Policy"] = _policy("image/jpeg")
    return answer


def portrait(document: Document) -> bytes:
    """Return the photograph of a person as documents print it: re-encoded, with nothing in it but the picture.

    Raises Lost.
    """
    return storage.portrait(document.blob, width=358, height=441)


@transaction.atomic
def files_compared(*, files: int, damaged: int, digests: list[str]) -> None:
    """Keep the outcome of a comparison of all files with their digests."""
    journal.write(FilesChecked(files, damaged, digests), by=SYSTEM, subject="files")


def _read(template: str, context: Mapping[str, Any], title: str) -> markdown.Sheet:
    try:
        return markdown.read(sandbox.fill(template, context))
    except (sandbox.BadTemplate, markdown.BadMarkdown) as broken:
        raise TemplateBroken(title=title, problem=broken) from broken


def _policy(media_type: str) -> str:
    # Browsers refuse to show a PDF under "sandbox"; its reader is a sandbox of its own, and scripts were kept out.
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
    return f"{policy}; object-src 'self'" if media_type == "application/pdf" else f"{policy}; sandbox"


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
        if key and (kept := Document.objects.keyed(key)):
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
