"""Let somebody act for another, and take it back."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.parties import rules
from tongban.platform.parties.events import MandateGiven, MandateRevoked
from tongban.platform.parties.models import Mandate, Party

FIND_AGENT = "party-number"


class NoSuchParty(Invalid):
    """No party has this number and this name."""


class MandateTooNarrow(Refusal):
    status = 403
    message = _("Your mandate for %(name)s does not cover this service.")


@transaction.atomic
def give_mandate(
    *,
    actor: Actor,
    principal: Party,
    agent: Party,
    services: Collection[str] = (),
    valid_from: date | None = None,
    valid_until: date | None = None,
    source: str = "online",
) -> Mandate:
    """Let a party act for another. The same again, while it is valid, is the mandate that is there.

    services   codes of the services it is for; none for all
    Only the principal may: a person themself, the legal representative of an organisation, a clerk for either at the
    counter; whoever holds a mandate cannot hand it on. Raises NotAllowed, Invalid.
    """
    if not decides_for(actor, principal):
        raise NotAllowed()
    start, wanted = valid_from or clock.today(), sorted(set(services))
    _refuse_odd_mandate(principal, agent, start, valid_until)
    # One after another for each principal, so that a double click gives one mandate.
    Party.objects.select_for_update().get(pk=principal.pk)
    for found in Mandate.objects.between(principal=principal.pk, agent=agent.pk).valid(on=start):
        if sorted(found.services) == wanted and found.valid_until == valid_until:
            return found
    mandate = Mandate.objects.create(
        principal=principal,
        agent=agent,
        services=wanted,
        valid_from=start,
        valid_until=valid_until,
        source=source,
        created_at=clock.now(),
    )
    until = valid_until.isoformat() if valid_until else ""
    event = MandateGiven(mandate.pk, principal.pk, agent.pk, wanted, start.isoformat(), until)
    journal.write(event, by=actor, subject=f"party:{principal.pk}")
    return mandate


@transaction.atomic
def revoke_mandate(*, actor: Actor, uid: UUID | str, reason: str = "") -> Mandate:
    """End a mandate at once: the principal takes it back, or the agent lays it down. A second time changes nothing.

    Raises NotFound.
    """
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("principal").filter(uid=uid).first()
    if mandate is None or not (mandate.agent_id == actor.party or decides_for(actor, mandate.principal)):
        raise identity.not_found(actor, "mandate", uid)
    if mandate.revoked_at:
        return mandate
    mandate.revoked_at = clock.now()
    mandate.save(update_fields=["revoked_at"])
    event = MandateRevoked(mandate.pk, mandate.principal_id, mandate.agent_id)
    journal.write(event, by=actor, subject=f"party:{mandate.principal_id}", reason=reason)
    return mandate


def find_agent(*, actor: Actor, number: str, name: str, field: str = "number") -> Party:
    """Return the party with this number and this name, to give it a mandate. Raises NoSuchParty, TooManyAttempts.

    field   where the miss is told
    Number and name must both be known, and each miss is kept, so that nobody can learn here who is registered.
    Who knows a name and a birthday is some hundred attempts from the number: misses make the next one wait.
    """
    whose = f"account:{actor.account}"
    identity.throttle(FIND_AGENT, actor.address, whose)
    for party in Party.objects.numbered(digest_of(rules.normal_number(number))):
        if rules.same_name(party.name, name):
            identity.clear_attempt(FIND_AGENT, actor.address, whose)
            return party
    identity.record_denied(actor, "party", "number and name")
    raise NoSuchParty({field: [_("No one with this number and name is registered.")]})


def must_cover(*, actor: Actor, service: str) -> None:
    """Raise MandateTooNarrow where the actor acts for another by mandates of which none covers the service."""
    if not actor.may_act_in(service):
        raise MandateTooNarrow(name=actor.acting_name)


def decides_for(actor: Actor, principal: Party) -> bool:
    """Say whether the actor may give mandates for this party."""
    own = actor.party is not None and actor.party in (principal.pk, principal.legal_representative_id)
    return own or actor.holds("parties.register")


def _refuse_odd_mandate(principal: Party, agent: Party, start: date, until: date | None) -> None:
    if principal.pk == agent.pk:
        raise Invalid({"number": [_("You do not need a mandate to act for yourself.")]})
    if until and until < start:
        raise Invalid({"valid_until": [_("The last day cannot be before the first.")]})
    if until and until < clock.today():
        raise Invalid({"valid_until": [_("The last day has already passed.")]})
