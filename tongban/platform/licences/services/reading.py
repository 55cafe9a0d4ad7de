"""Reading licences: the holder at will; anyone else with a purpose, which is kept."""

from collections.abc import Sequence
from typing import cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.licences.events import (
    LicenceCopyOrdered,
    LicenceLookedAt,
    LicenceOpened,
    LicenceRead,
    LicencesSearched,
)
from tongban.platform.licences.models import Licence
from tongban.platform.licences.services.agreeing import STEPS

MAX_PURPOSE = 200  # 用证事由, GB/T 36906
MAX_VERSIONS = 50  # of one number: more are not gone back to


class NotSealedHere(Refusal):
    message = _("This licence comes from the older system %(origin)s; there is no file of it that was sealed here.")


class NoLicencePurpose(Refusal):
    status = 422
    message = _("Say what you need the licence for, in at most 200 characters; the holder can see it.")


def visible(*, actor: Actor, token: str) -> Licence:
    """Return a licence that is there for the actor, to ask them what for before it is shown. Raises NotFound."""
    return identity.get_visible(Licence.objects.with_people(), actor, "licence", token=token.upper())


def own(*, actor: Actor, token: str) -> Licence:
    """Return a licence of the party that the actor stands for. Raises NotFound."""
    licence = visible(actor=actor, token=token)
    if licence.holder_id != actor.represents:
        raise identity.not_found(actor, "licence", token)
    return licence


@transaction.atomic
def read(*, actor: Actor, token: str, purpose: str = "", way: str = "page") -> Licence:
    """Return a licence the actor may see; who is not its holder says what for. Raises NotFound, NoLicencePurpose."""
    licence = visible(actor=actor, token=token)
    if licence.holder_id != actor.represents:
        must_say(purpose)
        journal.write_reading(
            LicenceRead(licence.identifier, licence.holder_id, way),
            by=actor,
            of=[licence.holder_id],
            office=identity.office_of(actor),
            subject=f"licence:{licence.identifier}",
            reason=purpose.strip(),
        )
    elif actor.kind == "person":
        _record_first_opening(actor, licence)
    return licence


def _record_first_opening(actor: Actor, licence: Licence) -> None:
    """Write down that the holder has it, once: for whoever counts that as its delivery."""
    subject, name = f"licence:{licence.identifier}", journal.name_of(LicenceOpened)
    if not Fact.objects.about(subject).named(name).exists():
        fact = LicenceOpened(licence.identifier, licence.subject, licence.holder_id)
        journal.write(fact, by=actor, subject=subject)


def recent_readers(licence: Licence, *, most: int = 20) -> list[Fact]:
    """Return the latest readings of a licence by others: who, when, what for."""
    names = [journal.name_of(event) for event in (LicenceRead, LicenceCopyOrdered, LicenceLookedAt)]
    others = Fact.objects.about(f"licence:{licence.identifier}").filter(name__in=names)
    return list(others.reverse()[:most])


def file_of(*, actor: Actor, token: str, purpose: str = "") -> Document:
    """Return a licence's sealed file, under the same rules as `read`. Raises NotSealedHere."""
    licence = read(actor=actor, token=token, purpose=purpose, way="file")
    must_be_sealed_here(licence)
    return cast(Document, licence.document)


def must_be_sealed_here(licence: Licence) -> None:
    """Refuse what only the house's own file can give. Raises NotSealedHere."""
    if licence.origin:
        raise NotSealedHere(origin=licence.origin)


def history(licence: Licence) -> list[Fact]:
    """Return what happened to a licence, and to those before it with the same number, the newest first."""
    chain: list[Licence] = [licence]
    while (former := chain[-1].follows_id) and len(chain) < MAX_VERSIONS:
        chain.append(Licence.objects.get(pk=former))
    names = [journal.name_of(event) for event in STEPS]
    facts = (fact for one in chain for fact in Fact.objects.about(f"licence:{one.identifier}").filter(name__in=names))
    return sorted(facts, key=lambda fact: fact.pk, reverse=True)


@transaction.atomic
def record_search(*, actor: Actor, found: Sequence[Licence], kind: str = "", purpose: str = "") -> None:
    """Record that licences of others were listed. Raises NoLicencePurpose."""
    if all(licence.holder_id == actor.represents for licence in found):
        return
    must_say(purpose)
    journal.write(LicencesSearched(kind, len(found)), by=actor, subject="licences", reason=purpose.strip())


def must_say(purpose: str) -> None:
    if not 0 < len(purpose.strip()) <= MAX_PURPOSE:
        raise NoLicencePurpose()
