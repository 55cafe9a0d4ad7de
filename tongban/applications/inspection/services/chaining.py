"""The chain of a penalty case: append a link, and verify all of them with their files."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from tongban.applications.inspection.models import PenaltyCase, PenaltyEntry
from tongban.applications.inspection.rules import chain
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.documents.models import Document


class CaseChanged(Refusal):
    message = _("Somebody went on with this case meanwhile. Look at it as it is now, then take the step again.")


class ChainState(NamedTuple):
    """What a look at a chain found. broken: the first link that does not hold, counted from 1; None for none."""

    links: int
    broken: int | None
    last: str


def lock(case: PenaltyCase, version: int | None = None) -> PenaltyCase:
    """Return a case locked for this transaction. Raises CaseChanged where it went on since it was looked at."""
    case = PenaltyCase.objects.select_for_update(of=("self",)).with_names().get(pk=case.pk)
    if version is not None and case.version != version:
        raise CaseChanged()
    return case


def enter(
    case: PenaltyCase, actor: Actor, kind: str, words: str = "", *, place: str = "", document: Document | None = None
) -> PenaltyEntry:
    """Append a link to a locked case. The case's own changes are saved by whoever calls."""
    last = PenaltyEntry.objects.last_of(case)
    entry = PenaltyEntry(
        case=case,
        turn=last.turn + 1 if last else 1,
        kind=kind,
        words=words.strip(),
        place=place.strip(),
        document=document,
        file_digest=document.blob.digest if document else "",
        at=clock.now(),
        account=actor.account,
        actor=actor.name,
        previous=last.digest if last else chain.FIRST,
    )
    entry.digest = chain.link_digest(entry.previous, entry.link)
    entry.save()
    return entry


def chain_of(case: PenaltyCase, entries: list[PenaltyEntry] | None = None) -> ChainState:
    """Verify the chain of a case, link by link, with the digests of its files."""
    links = list(PenaltyEntry.objects.of(case)) if entries is None else entries
    broken = chain.first_broken((entry.link, entry.previous, entry.digest) for entry in links)
    for place, entry in enumerate(links, 1):
        if entry.document and entry.document.blob.digest != entry.file_digest:
            broken = min(place, broken or place)
    return ChainState(len(links), broken, links[-1].digest if links else chain.FIRST)
