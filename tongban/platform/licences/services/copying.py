"""Annotated copies (加注件): a licence's file with its purpose and last day across it, sealed anew."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.licences.events import LicenceCopyMade, LicenceCopyOrdered
from tongban.platform.licences.models import AnnotatedCopy, Licence
from tongban.platform.licences.services.changing import WrongLicenceState
from tongban.platform.licences.services.reading import must_be_sealed_here, must_say, visible
from tongban.platform.seals import services as seals

MAX_DAYS = 366


class CopyEndsWrong(Refusal):
    status, field = 422, "valid_until"
    message = _("A copy is good until a day between today and a year from now.")


@transaction.atomic
def annotate(*, actor: Actor, token: str, purpose: str, valid_until: date) -> AnnotatedCopy:
    """Order a copy of a licence for one purpose, good until a day; its file is made in the worker.

    The holder may, and who may read the licence: the holder reads of it. Raises NotFound, NoLicencePurpose,
    CopyEndsWrong, WrongLicenceState where the licence is not valid, documents.GlyphMissing.
    """
    licence = visible(actor=actor, token=token)
    must_say(purpose)
    must_be_sealed_here(licence)
    today = clock.today()
    if not 0 <= (valid_until - today).days <= MAX_DAYS:
        raise CopyEndsWrong()
    if licence.validity(today) != "valid":
        raise WrongLicenceState(number=licence.number, state=licence.get_state_display())
    documents.must_have_glyphs(purpose, title=licence.kind_name)
    copy = AnnotatedCopy.objects.create(
        licence=licence,
        purpose=purpose.strip(),
        account=actor.account,
        maker=actor.name,
        valid_until=valid_until,
        ordered_at=clock.now(),
    )
    fact = LicenceCopyOrdered(copy.pk, licence.identifier, licence.holder_id, valid_until.isoformat())
    about = {"subject": f"licence:{licence.identifier}", "reason": purpose.strip()}
    if licence.holder_id == actor.represents:
        journal.write(fact, by=actor, **about)
    else:
        journal.write_reading(fact, by=actor, of=[licence.holder_id], office=identity.office_of(actor), **about)
    return copy


def make_copy(pk: int) -> AnnotatedCopy:
    """Make the file of a copy that was ordered; safe to run again. Call it outside a transaction."""
    copy = AnnotatedCopy.objects.select_related("licence__holder", "licence__issuer", "licence__document__blob").get(
        pk=pk
    )
    if copy.document_id:
        return copy
    licence, key = copy.licence, f"copy:{copy.token}"
    document = Document.objects.with_key(key) or documents.keep_issued(
        owner=licence.holder,
        kind=licence.kind,
        title=f"{licence.kind_name}（加注件）",
        pdf=_sealed(copy, licence),
        source=licence.issuer.name,
        service=licence.service,
        valid_until=copy.valid_until,
        key=key,
    )
    return _finish(copy, document)


def copies_of(licence: Licence) -> list[AnnotatedCopy]:
    """Return the annotated copies of a licence, the newest first."""
    return list(AnnotatedCopy.objects.of_licence(licence))


def copy_file(*, actor: Actor, token: str, copy: str) -> Document:
    """Return the file of a copy of a licence that the actor may see: the holder any, others their own.

    Raises NotFound, also while the file is being made.
    """
    licence = visible(actor=actor, token=token)
    found = AnnotatedCopy.objects.with_token(copy.upper())
    if found is None or found.licence_id != licence.pk or found.document is None:
        raise NotFound()
    if licence.holder_id != actor.represents and found.account != actor.account:
        raise identity.not_found(actor, "licence-copy", copy)
    return found.document


def _sealed(copy: AnnotatedCopy, licence: Licence) -> bytes:
    document = licence.document
    if document is None:
        raise NotFound()
    lines = (f"仅用于：{copy.purpose}", f"有效期至 {copy.valid_until.isoformat()} 加注件 {copy.token}")
    foot = f"本件为电子证照加注件，仅限所列事由使用，可凭码 {copy.token} 核验。"
    pdf = documents.watermarked(storage.read(document.blob), lines, foot)
    return seals.apply(
        actor=SYSTEM, department=licence.issuer, pdf=pdf, reason="制作电子证照加注件", subject=licence.subject
    )


@transaction.atomic
def _finish(copy: AnnotatedCopy, document: Document) -> AnnotatedCopy:
    locked = AnnotatedCopy.objects.select_for_update(of=("self",)).select_related("licence").get(pk=copy.pk)
    if locked.document_id is None:
        locked.document, locked.file_digest = document, document.blob.digest
        locked.save(update_fields=["document", "file_digest"])
        identifier = locked.licence.identifier
        made = LicenceCopyMade(locked.pk, identifier, locked.file_digest)
        journal.write(made, by=SYSTEM, subject=f"licence:{identifier}")
    return locked
