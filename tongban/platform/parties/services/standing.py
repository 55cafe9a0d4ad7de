"""For whom somebody acts."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.identity import services as identity
from tongban.platform.parties import rules
from tongban.platform.parties.events import StandingChosen
from tongban.platform.parties.models import Party


@transaction.atomic
def choose(*, actor: Actor, uid: UUID | str | None) -> Party | None:
    """Say for whom the actor acts from now on; None for themself. Raises NotAllowed, NotFound.

    Keeping the choice is up to the session; whether it still holds is asked at each request.
    """
    if actor.party is None:
        raise NotAllowed()
    principal = Party.objects.acted_for_by(actor.party).filter(uid=uid).first() if uid else None
    if uid and principal is None:
        raise identity.missing(actor, "principal", uid)
    event = StandingChosen(actor.party, principal.pk if principal else None)
    journal.write(event, by=actor, subject=f"party:{actor.party}")
    return principal


def completed(actor: Actor, *, chosen: int | None = None) -> Actor:
    """Return the actor with its own party and, while it may act for it, the chosen one; officials stay as they are.

    chosen   id of the party to act for
    """
    if actor.kind not in ("person", "client"):
        return actor
    found = Party.objects.standing(account=actor.account, chosen=chosen)
    own = next((party for party, _name, account, _by_law, _services in found if account == actor.account), None)
    principal: tuple[int | None, str] = (None, "")
    mandates = []
    for party, name, account, by_law, services in found:
        if account != actor.account:
            principal = party, name
            mandates.append(None if by_law == own else services)
    scope = rules.reach(mandates)
    return replace(actor, party=own, acting_for=principal[0], acting_name=principal[1], services=scope)
