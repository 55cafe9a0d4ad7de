"""The verbs of parties."""

from dataclasses import replace

from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.parties.models import Party


def completed(actor: Actor, *, chosen: int | None = None) -> Actor:
    """Return the actor with its own party and, while it may act for it, the chosen one; officials stay as they are.

    chosen   id of the party to act for
    """
    if actor.kind not in ("person", "client"):
        return alone(actor)
    party, principal = Party.objects.standing(account=actor.account, chosen=chosen).first() or (None, None)
    return replace(alone(actor), party=party, acting_for=principal)


def alone(actor: Actor) -> Actor:
    """Return the actor for nobody but themself."""
    return replace(getattr(actor, "_wrapped", actor), acting_for=None)
