"""For whom somebody acts."""

from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.identity import services as identity
from tongban.platform.parties import rules
from tongban.platform.parties.events import RepresentationChosen
from tongban.platform.parties.models import Mandate, Party

# Where a session keeps for whom somebody acts, and which word in an address asks to act for a party.
ACTING_FOR_KEY = "parties.chosen"
ACTING_FOR_PARAM = "acting-for"


@dataclass(frozen=True)
class Representation:
    """A party in whose name somebody may act: they themself, or whom they represent by law or by mandate.

    services   codes of the services the mandates are for; () for all
    """

    party: Party
    own: bool
    services: tuple[str, ...] = ()

    def covers(self, service: str) -> bool:
        return not self.services or service in self.services

    def actor(self, actor: Actor) -> Actor:
        """Return the actor as they act in this name."""
        acting_for = None if self.own else self.party.pk
        name = "" if self.own else self.party.name
        return replace(
            actor.with_channel(actor.channel), acting_for=acting_for, acting_name=name, services=self.services
        )


def representations(actor: Actor) -> list[Representation]:
    """Return everybody in whose name this person may act today: first they themself, then the others by name."""
    if actor.kind != "person" or actor.party is None:
        return []
    found = Party.objects.in_person(actor.party)
    reach: dict[int, list[list[str] | None]] = {party.pk: [None] for party in found}
    parties = {party.pk: party for party in found}
    for mandate in Mandate.objects.filter(agent=actor.party).valid(on=clock.today()).with_principals():
        parties.setdefault(mandate.principal_id, mandate.principal)
        reach.setdefault(mandate.principal_id, []).append(mandate.services)
    known = [Representation(party, party.pk == actor.party, rules.reach(reach[party.pk])) for party in parties.values()]
    return sorted(known, key=lambda one: (not one.own, one.party.name, one.party.pk))


def is_or_acts_for(account: int, party: int, *, on: date) -> bool:
    """Say whether the person of an account is that party, represents it by law, or had a mandate of it on a day."""
    own = next((row[0] for row in Party.objects.acting_for(account=account, chosen=None)), None)
    if own is None:
        return False
    if own == party or Party.objects.in_person(own).filter(pk=party).exists():
        return True
    return bool(Mandate.objects.between(principal=party, agent=own).held_on(on).exists())


def switch(*, actor: Actor, session: MutableMapping[str, Any], party: Party) -> Actor:
    """Act for this party, or as oneself, from now on, and return the actor who does. Raises NotAllowed, NotFound."""
    own = party.pk == actor.party
    principal = choose(actor=actor, uid=None if own else party.uid)
    session[ACTING_FOR_KEY] = principal.pk if principal else None
    return with_party(actor.with_channel(actor.channel), chosen=session[ACTING_FOR_KEY])


def acting_message(actor: Actor) -> str:
    """Say for whom somebody acts from now on."""
    if actor.acting_for:
        return _("You are now acting for %(name)s.") % {"name": actor.acting_name}
    return _("You are now acting for yourself.")


def may_act_for(actor: Actor, uid: UUID | str) -> Party | None:
    """Return the party of this name where the person may act for it, or is it; None for any other."""
    if actor.kind != "person" or actor.party is None or not is_uid(uid):
        return None
    represented = Party.objects.acted_for_by(actor.party).values("pk")
    found: Party | None = Party.objects.filter(Q(pk=actor.party) | Q(pk__in=represented), uid=uid).first()
    return found


def is_uid(text: UUID | str) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


@transaction.atomic
def choose(*, actor: Actor, uid: UUID | str | None) -> Party | None:
    """Say for whom the actor acts from now on; None for themself. Raises NotAllowed, NotFound.

    Keeping the choice is up to the session; whether it still holds is asked at each request.
    """
    if actor.party is None:
        raise NotAllowed()
    represented = Party.objects.acted_for_by(actor.party)
    principal = identity.must_find(represented.filter(uid=uid).first(), actor, "principal", uid) if uid else None
    event = RepresentationChosen(actor.party, principal.pk if principal else None)
    journal.write(event, by=actor, subject=f"party:{actor.party}")
    return principal


def with_party(actor: Actor, *, chosen: int | None = None) -> Actor:
    """Return the actor with its own party and, while it may act for it, the chosen one; officials stay as they are.

    chosen   id of the party to act for
    """
    if actor.kind not in ("person", "client"):
        return actor
    found = Party.objects.acting_for(account=actor.account, chosen=chosen)
    own = next((party for party, _name, account, _by_law, _services in found if account == actor.account), None)
    principal: tuple[int | None, str] = (None, "")
    mandates = []
    for party, name, account, by_law, services in found:
        if account != actor.account:
            principal = party, name
            mandates.append(None if by_law == own else services)
    scope = rules.reach(mandates)
    return replace(actor, party=own, acting_for=principal[0], acting_name=principal[1], services=scope)
