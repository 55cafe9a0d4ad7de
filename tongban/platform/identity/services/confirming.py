"""Four eyes: a position that lets somebody decide, or a way into such an account, waits for a second person."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity.events import PositionGiven
from tongban.platform.identity.models import Account, Position, Role
from tongban.platform.identity.services.accounts import NotYourself
from tongban.platform.identity.services.actors import actor_of
from tongban.platform.identity.services.departments import manages, must_manage
from tongban.platform.identity.services.positions import described, renew_rights


class OwnProposal(Refusal):
    status = 403
    message = _("You proposed this yourself, so a second account manager has to confirm it.")


@transaction.atomic
def confirm_position(*, actor: Actor, position: Position) -> Position:
    """Let a proposed position count from now on. A second time changes nothing.

    Raises NotAllowed, DutyIsCitywide, NotYourself, OwnProposal.
    """
    must_manage(actor, position.department, area=position.area, below=position.subtree, role=position.role)
    position = Position.objects.select_for_update().select_related("department", "role").get(pk=position.pk)
    if actor.account == position.account_id:
        raise NotYourself()
    if actor.account == position.proposed_by_id:
        raise OwnProposal()
    if position.proposed_by_id is None or position.ended_at:
        return position
    position.proposed_by = None
    position.save(update_fields=["proposed_by"])
    renew_rights(position.account_id)
    journal.write(PositionGiven(*described(position)), by=actor, subject=f"account:{position.account_id}")
    return position


def proposed_to(actor: Actor) -> list[Position]:
    """Return the positions that this actor may confirm."""
    waiting = Position.objects.proposed().select_related("account", "department", "role", "proposed_by")
    return [
        position
        for position in waiting.exclude(proposed_by=actor.account).exclude(account=actor.account).order_by("pk")
        if manages(actor, position)
    ]


def has_a_second(positions: Collection[Position], *, besides: Collection[int | None]) -> bool:
    """Say whether somebody looks after all these positions besides those accounts: who proposed, and whose they are."""
    roles = [role.pk for role in Role.objects.in_order() if "identity.manage" in role.duties]
    others = Account.objects.filter(
        active=True, pk__in=Position.objects.valid(on=clock.today()).filter(role__in=roles).values("account")
    ).exclude(pk__in=[account for account in besides if account])
    return any(all(manages(actor_of(other), position) for position in positions) for other in others)
