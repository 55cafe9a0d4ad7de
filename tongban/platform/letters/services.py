"""Write formal letters: composed, sealed by the department, handed to whom they are for; one an occasion."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.identity.models import Department
from tongban.platform.letters.events import LetterIssued
from tongban.platform.letters.models import Letter
from tongban.platform.letters.rules import number
from tongban.platform.parties.models import Party
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import Seal, SealUse

__all__ = ["LetterOrder", "issue", "make_ofd", "number", "title_in"]
OFD = "application/ofd"


@dataclass(frozen=True, kw_only=True)
class LetterOrder:
    """A letter to be written; subject and occasion together stand for the one letter that it is.

    kind        name of the template; template: its text
    facts       what the template may name
    owner       to whom it goes; None where it goes to nobody whom the house knows
    department  whose letter it is, and whose seal it bears
    verified_at the address at which a token is verified, for the QR code
    service     catalogue code of the service it belongs to; "" where it belongs to none
    """

    subject: str
    occasion: str
    kind: str
    title: str
    number: str
    template: str
    facts: Mapping[str, Any]
    owner: Party | None
    department: Department
    verified_at: Callable[[str], str]
    service: str = ""


def issue(order: LetterOrder) -> Letter | None:
    """Write, seal and keep a letter; a second call for the same subject and occasion returns the first one.

    None where it says a character without a glyph: it waits for a typeface. `documents.GlyphsAdded` tells that it can
    be made; whoever ordered it then orders it again. Making and sealing take long: call it outside a transaction.
    Raises what documents and seals raise.
    """
    if written := Letter.objects.on_occasion(order.subject, order.occasion):
        return written
    token = ids.token()
    try:
        pdf = documents.compose(
            order.template,
            order.facts,
            title=f"{order.title} {order.number}",
            qr=order.verified_at(token),
            caption=f"扫码或凭码核验\n{token}",
        )
    except documents.GlyphMissing as missing:
        documents.wait_for_glyphs(missing, subject=order.subject, kind=order.kind, title=order.title)
        return None
    sealed = seals.apply(
        actor=SYSTEM,
        department=order.department,
        pdf=pdf,
        reason=order.title,
        subject=order.subject,
        name=_seal_for_letters(order.department),
    )
    try:
        return _keep(order, sealed, token)
    except IntegrityError:
        # Another worker was faster: its letter counts, this one was never handed over.
        if written := Letter.objects.on_occasion(order.subject, order.occasion):
            return written
        raise


def make_ofd(letter: Letter) -> Letter:
    """Make the OFD of a letter, once: the pages of its PDF under the same seal. Call it outside a transaction.

    Raises what seals raise.
    """
    use = SealUse.objects.of_file(letter.document.blob.digest)
    if letter.ofd_id or use is None:
        return letter
    document = letter.document
    drawn = documents.drawn(storage.read(document.blob))
    sealed = seals.apply_ofd(
        actor=SYSTEM,
        department=use.seal.department,
        files=seals.paper(
            drawn,
            title=f"{letter.title} {letter.number}",
            author=document.source,
            day=timezone.localdate(letter.issued_at).isoformat(),
        ),
        reason=letter.title,
        subject=letter.subject,
        name=_seal_for_letters(use.seal.department.acting),
        place=drawn.seal,
    )
    letter.ofd = documents.keep_issued(
        owner=document.owner,
        kind=document.kind,
        title=document.title,
        pdf=sealed,
        source=document.source,
        service=document.service,
        key=f"letter-ofd:{letter.pk}",
        media_type=OFD,
    )
    letter.save(update_fields=["ofd"])
    return letter


def title_in(template: str, facts: Mapping[str, Any]) -> str:
    """Return what a letter calls itself: the last title in its template; "" where that has none."""
    pieces = documents.outline(template, facts, title="")
    titles = [piece.text for piece in pieces if piece.kind == "title"]
    return titles[-1] if titles else ""


def _seal_for_letters(department: Department) -> str:
    """Return the department's seal for decisions; "" takes the first where it has only one."""
    names = Seal.objects.names_usable(department=department, on=clock.today())
    return names[-1] if names else ""


@transaction.atomic
def _keep(order: LetterOrder, sealed: bytes, token: str) -> Letter:
    document = documents.keep_issued(
        owner=order.owner,
        kind=order.kind,
        title=order.title,
        pdf=sealed,
        source=order.department.name,
        service=order.service,
        token=token,
    )
    letter = Letter.objects.create(
        subject=order.subject,
        occasion=order.occasion,
        kind=order.kind,
        title=order.title,
        number=order.number,
        document=document,
        issued_at=clock.now(),
    )
    journal.write(LetterIssued(order.subject, order.number, order.kind), by=SYSTEM, subject=order.subject)
    return letter
