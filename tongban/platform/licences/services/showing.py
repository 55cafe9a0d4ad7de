"""亮证: the holder grants one look at chosen lines of a licence, for one purpose, for minutes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity import services as identity
from tongban.platform.licences import rules
from tongban.platform.licences.events import LicenceLookedAt, LicenceShown
from tongban.platform.licences.models import Licence, Showing
from tongban.platform.licences.services.agreeing import agrees
from tongban.platform.licences.services.reading import must_say, own

MAX_MINUTES = 30
GUESSING = "licence-look"


class ShowingRefused(Refusal):
    status = 422
    message = _("Choose lines that stand on the licence, and between 1 and %(most)s minutes.")


class NothingToLookAt(Refusal):
    """One answer for a code that is unknown, used or over, so that nobody learns which."""

    message = _("This code shows nothing: it is wrong, it was used already, or its time is over. Ask for a new one.")


@dataclass(frozen=True)
class GrantedLook:
    """What the one look shows. validity: of the licence today; lines: those that its holder chose."""

    licence: Licence
    validity: str
    purpose: str
    lines: Mapping[str, str]


@transaction.atomic
def show(*, actor: Actor, token: str, purpose: str, lines: Collection[str], minutes: int = 5) -> Showing:
    """Grant one look at one's own licence. Raises NotFound, NoLicencePurpose, ShowingRefused."""
    licence = own(actor=actor, token=token)
    must_say(purpose)
    if not set(lines) <= set(licence.face) or not 1 <= minutes <= MAX_MINUTES:
        raise ShowingRefused(most=MAX_MINUTES)
    now = clock.now()
    showing = Showing.objects.create(
        licence=licence,
        purpose=purpose.strip(),
        lines=[label for label in licence.face if label in lines],
        account=actor.account,
        granted_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    fact = LicenceShown(showing.pk, licence.identifier, licence.holder_id, len(showing.lines))
    journal.write(fact, by=actor, subject=f"licence:{licence.identifier}", reason=purpose.strip())
    return showing


def look(*, actor: Actor, code: str) -> GrantedLook:
    """Take the one look that a code allows; the holder reads who took it. Raises NothingToLookAt, TooManyAttempts."""
    identity.throttle(GUESSING, actor.address)
    taken = _taken(actor, rules.token(code))
    identity.clear_attempt(GUESSING, actor.address)
    return taken


@transaction.atomic
def _taken(actor: Actor, code: str) -> GrantedLook:
    found = Showing.objects.select_for_update(of=("self",)).with_code(code) if code else None
    now = clock.now()
    if found is None or found.looked_at or now >= found.expires_at or not agrees(found.licence):
        raise NothingToLookAt()
    licence = found.licence
    found.looked_at, found.viewer = now, actor.name
    found.save(update_fields=["looked_at", "viewer"])
    journal.write_reading(
        LicenceLookedAt(licence.identifier, licence.holder_id, len(found.lines)),
        by=actor,
        of=[licence.holder_id],
        office=identity.office_of(actor),
        subject=f"licence:{licence.identifier}",
        reason=found.purpose,
    )
    lines = {label: str(licence.face.get(label, "")) for label in found.lines}
    return GrantedLook(licence, licence.validity(clock.today()), found.purpose, lines)


def look_address(showing: Showing) -> str:
    """Return what the QR code of a look says."""
    return settings.PUBLIC_URL + reverse("hall:licences:look", args=[showing.code])


def showings_of(licence: Licence) -> list[Showing]:
    """Return the looks at a licence that its holder granted, the newest first."""
    return list(Showing.objects.of_licence(licence))
