"""Find somebody by their number, and serve them at the window."""

from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.identity import services as identity
from tongban.platform.parties import rules
from tongban.platform.parties.events import PartyLookedUp, VisitorServed
from tongban.platform.parties.models import Party

# Where a session keeps who stands at the window.
VISITOR = "parties.visitor"


@transaction.atomic
def find(*, actor: Actor, number: str, purpose: str) -> list[Party]:
    """Return who bears a number; the look-up is kept with its purpose, also where nobody does. Raises NotAllowed."""
    actor.must_hold("parties.find")
    found = [party for digest in _digests(number) for party in Party.objects.bearing(digest)]
    for party in found:
        note_looked_up(actor, party, purpose)
    if not found:
        journal.write(PartyLookedUp(None), by=actor, reason=purpose)
    return found


def note_looked_up(actor: Actor, party: Party, purpose: str) -> None:
    """Write down that somebody looked a party up; the party is shown it."""
    subject, office = f"party:{party.pk}", identity.office_of(actor)
    journal.write_reading(
        PartyLookedUp(party.pk), by=actor, of=[party.pk], office=office, subject=subject, reason=purpose
    )


def _digests(number: str) -> list[str]:
    """Return by what somebody is found; 15 digits of an old card also find whoever has those of today."""
    numbers = [rules.normal_number(number), rules.number_of_18(number)]
    return [digest_of(text) for text in dict.fromkeys(numbers) if text]


@transaction.atomic
def serve(*, actor: Actor, session: MutableMapping[str, Any], uid: UUID, purpose: str) -> Party:
    """Begin to serve somebody who stands at the window, until they leave or another comes. Raises NotAllowed, NotFound.

    purpose   what they came for; it stays in the journal, and they can ask who served them and why
    """
    actor.must_hold("parties.find")
    party = identity.must_find(Party.objects.filter(uid=uid).first(), actor, "party", uid)
    session[VISITOR] = party.pk
    subject, office = f"party:{party.pk}", identity.office_of(actor)
    journal.write_reading(
        VisitorServed(party.pk), by=actor, of=[party.pk], office=office, subject=subject, reason=purpose
    )
    return party


def visitor(session: Mapping[str, Any]) -> Party | None:
    """Return who is being served at this window."""
    found: Party | None = Party.objects.filter(pk=session[VISITOR]).first() if VISITOR in session else None
    return found


def end_visit(session: MutableMapping[str, Any]) -> None:
    """Stop serving whoever stands at the window."""
    session.pop(VISITOR, None)


def serving(actor: Actor, party: Party) -> Actor:
    """Return the official as somebody who acts for the visitor; what that allows, the verbs ask the duty for."""
    # An actor of a session is known on first use only; what is with_party is the value, not the promise.
    return replace(actor.with_channel(actor.channel), acting_for=party.pk, acting_name=party.name)
