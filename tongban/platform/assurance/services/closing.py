"""AccountClosing one's account: on request, after some days in which one may keep it (个人信息保护法 art. 47)."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.assurance.events import ClosingAsked, ClosingEnded
from tongban.platform.assurance.models import AccountClosing
from tongban.platform.identity import services as identity


def ask_to_close(*, actor: Actor, password: str) -> AccountClosing:
    """Begin to close the actor's own account; a second time it is the one that is under way.

    Raises NotAllowed (officials and other systems), Invalid (not the password), TooManyAttempts.
    """
    if actor.kind != "person":
        raise NotAllowed()
    account = identity.confirm_password(actor=actor, password=password)
    now = clock.now()
    with transaction.atomic():
        if found := AccountClosing.objects.owned_by(actor).open().select_for_update().first():
            return found
        due = now + timedelta(days=settings.ASSURANCE_CLOSING_DAYS)
        made: AccountClosing = AccountClosing.objects.create(account=account, asked_at=now, due_at=due)
        journal.write(ClosingAsked(account.pk, due.isoformat()), by=actor, subject=f"account:{account.pk}")
        return made


@transaction.atomic
def keep_account(*, actor: Actor) -> None:
    """Keep the account after all. Where nothing is under way nothing happens."""
    for found in AccountClosing.objects.owned_by(actor).open().select_for_update():
        _end(found, stopped=True, by=actor)


def close_due() -> int:
    """Close the accounts whose day has come; return how many. Cases and licences stay with the person."""
    done = 0
    for found in AccountClosing.objects.due(at=clock.now()).select_related("account")[:100]:
        with transaction.atomic():
            _end(found, stopped=False, by=SYSTEM)
            identity.deactivate(
                actor=SYSTEM, account=found.account, reason=recorded(_("closed at its owner's request"))
            )
        done += 1
    return done


def _end(found: AccountClosing, *, stopped: bool, by: Actor) -> None:
    found.ended_at, found.stopped = clock.now(), stopped
    found.save(update_fields=["ended_at", "stopped"])
    journal.write(ClosingEnded(found.account_id, stopped), by=by, subject=f"account:{found.account_id}")
