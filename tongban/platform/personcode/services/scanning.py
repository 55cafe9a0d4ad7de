"""Scanning a code: who shows it is found, whoever scans is written down, and the person reads it."""

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity import services as identity
from tongban.platform.parties.models import Party
from tongban.platform.personcode import rules
from tongban.platform.personcode.events import PersonCodeRefused, PersonCodeScanned
from tongban.platform.personcode.models import MAX_PLACE, MAX_PURPOSE, PersonCode, Use
from tongban.platform.personcode.services import showing

# For how long a code that is over is known, so that it is said to be used rather than unknown.
KNOWN_MINUTES = 10


class CodeRefused(Refusal):
    status = 422
    field = "code"
    cause = ""


class CodeForged(CodeRefused):
    cause = "forged"
    message = _("This is no code of this city, or it was changed. Ask the person to open their code in their account.")


class CodeOver(CodeRefused):
    cause = "over"
    message = _("This code is over: a code is good for one minute. Ask the person to show the present one.")


class CodeUsed(CodeRefused):
    cause = "used"
    message = _("This code was scanned already. Ask the person to show a new one.")


class CodeUnknown(CodeRefused):
    cause = "unknown"
    message = _("Nobody stands behind this code any more. Ask for an identity document.")


class NoScanPurpose(Refusal):
    status = 422
    field = "purpose"
    message = _("Say what the code is scanned for; the person reads it.")


class Scan(NamedTuple):
    """Who showed a code, and what for."""

    party: Party
    use: str


def scan(*, actor: Actor, code: str, use: str, purpose: str, place: str = "") -> Scan:
    """Say who shows this code; they read who scanned it, when, where and what for.

    A code is scanned by one account: the same again, for the same use, changes nothing.
    use     one of Use; place: where, in words
    Raises NotAllowed, NoScanPurpose, CodeForged, CodeOver, CodeUsed, CodeUnknown.
    """
    actor.must_hold("personcode.scan")
    if not 0 < len(purpose.strip()) <= MAX_PURPOSE or use not in Use or len(place) > MAX_PLACE:
        raise NoScanPurpose()
    said = showing.read(code)
    if said is None:
        raise _refused(actor, CodeForged())
    if rules.is_over(said, now=int(clock.now().timestamp())):
        raise _refused(actor, CodeOver())
    with transaction.atomic():
        rows = PersonCode.objects.select_for_update(of=("self",)).select_related("account__party")
        found = rows.filter(digest=showing.digest(said["jti"])).first()
        party: Party | None = getattr(found.account, "party", None) if found and found.account.active else None
        used = found is not None and found.scanned_at is not None
        again = used and found is not None and (found.scanned_by, found.use) == (actor.account, use)
        if found and party and not used:
            found.scanned_at, found.scanned_by, found.use = clock.now(), actor.account, use
            found.save(update_fields=["scanned_at", "scanned_by", "use"])
            _tell(actor, party, use, purpose.strip(), place.strip())
    if found is None or party is None:
        raise _refused(actor, CodeUnknown())
    if used and not again:
        raise _refused(actor, CodeUsed(), party)
    return Scan(party, use)


def scans_of(actor: Actor, most: int = 20) -> list[Fact]:
    """Return by whom, when, where and what for the actor's own codes were scanned, the newest first."""
    if actor.party is None:
        return []
    scans = Fact.objects.about(_subject(actor.party)).named(journal.name_of(PersonCodeScanned))
    return list(scans.reverse()[:most])


def tidy() -> None:
    """Delete the codes that are over."""
    PersonCode.objects.forgotten(before=clock.now() - timedelta(minutes=KNOWN_MINUTES)).delete()


def _tell(actor: Actor, party: Party, use: str, purpose: str, place: str) -> None:
    office = identity.office_of(actor)
    event = PersonCodeScanned(party.pk, use, place, office)
    journal.write_reading(event, by=actor, of=[party.pk], office=office, subject=_subject(party.pk), reason=purpose)


def _refused(actor: Actor, refusal: CodeRefused, party: Party | None = None) -> CodeRefused:
    """Write down that a code was no good; a copied one also in the log of whose it is."""
    event, subject = PersonCodeRefused(refusal.cause), _subject(party.pk) if party else ""
    with transaction.atomic():
        if party:
            office = identity.office_of(actor)
            journal.write_reading(event, by=actor, of=[party.pk], office=office, subject=subject)
        else:
            journal.write(event, by=actor, subject=subject)
    return refusal


def _subject(party: int) -> str:
    return f"person-code:{party}"
