"""Change, extend or replace a licence without a case: an official says why, and its next version takes its place."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.documents import services as documents
from tongban.platform.licences.events import LicenceVersionOrdered
from tongban.platform.licences.models import Licence
from tongban.platform.licences.services.changing import NoStepReason, WrongLicenceState
from tongban.platform.licences.services.issuing import Order, make_file, reserve
from tongban.platform.licences.services.kinds import must_be_complete


class NothingChanged(Refusal):
    status = 422
    message = _("Nothing would change: enter what the licence is to say from now on.")


class NoLaterEnd(Refusal):
    status, field = 422, "valid_until"
    message = _("An extended licence ends later than %(until)s.")


def change(
    *, actor: Actor, licence: Licence, face: Mapping[str, Any], reason: str, valid_until: date | None = None
) -> Licence:
    """Let a licence say something else (变更): its next version is made in the worker and supersedes it.

    face          lines that change, label -> text; the others stay
    valid_until   its last day where that changes, too
    Returns the next version, which is valid a moment later. Raises NotAllowed, NoStepReason, NothingChanged,
    FaceIncomplete, WrongLicenceState, documents.GlyphMissing.
    """
    says = {**licence.face, **face}
    until = valid_until or licence.valid_until
    if says == licence.face and until == licence.valid_until:
        raise NothingChanged()
    return _ordered("change", actor, licence, reason, face=says, valid_until=until)


def extend(*, actor: Actor, licence: Licence, valid_until: date, reason: str) -> Licence:
    """Let a licence be valid for longer (延续). Raises NoLaterEnd, and what `change` raises."""
    if licence.valid_until is None or valid_until <= licence.valid_until:
        raise NoLaterEnd(until=licence.valid_until or "—")
    return _ordered("extend", actor, licence, reason, face=licence.face, valid_until=valid_until)


def replace(*, actor: Actor, licence: Licence, reason: str) -> Licence:
    """Give a licence anew that was lost or damaged (补领、换领). Raises what `change` raises."""
    return _ordered("replace", actor, licence, reason, face=licence.face, valid_until=licence.valid_until)


def make_ordered(licence: Licence) -> Licence:
    """Make the file of a version that was ordered; safe to run again. Call it outside a transaction."""
    return make_file(SYSTEM, licence)


@transaction.atomic
def _ordered(
    how: str, actor: Actor, licence: Licence, reason: str, *, face: Mapping[str, Any], valid_until: date | None
) -> Licence:
    actor.must_hold("licences.manage", department=licence.issuer_id, area=licence.area)
    if not reason.strip():
        raise NoStepReason()
    locked = Licence.objects.select_for_update(of=("self",)).select_related("holder", "issuer").get(pk=licence.pk)
    if Licence.objects.filter(follows=locked).exists():
        raise WrongLicenceState(number=locked.number, state=_("being replaced already"))
    must_be_complete(code=locked.kind_code, name=locked.kind_name, face=face)
    documents.must_have_glyphs(*(str(text) for line in face.items() for text in line), title=locked.kind_name)
    replaced = how == "replace"
    order = Order(
        kind=locked.kind,
        kind_name=locked.kind_name,
        kind_english=locked.kind_english,
        kind_code=locked.kind_code,
        number=locked.number,
        holder=locked.holder,
        issuer=locked.issuer,
        subject=f"licence:{locked.identifier}",
        valid_from=locked.valid_from if replaced else max(clock.today(), locked.valid_from),
        valid_until=valid_until,
        face=dict(face),
        service=locked.service,
        follows=locked,
        how=how,
    )
    made = reserve(order, locked.issued_on if replaced else clock.today())
    fact = LicenceVersionOrdered(made.pk, made.identifier, locked.identifier, how)
    journal.write(fact, by=actor, subject=f"licence:{locked.identifier}", reason=reason.strip())
    return made
