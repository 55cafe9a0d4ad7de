"""Back into an account whose password and mailbox are lost: with a wait, of which its owner is told."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.wording import recorded
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.transport.ports import Rejected
from tongban.platform.assurance.events import RecoveryAsked, RecoveryEnded
from tongban.platform.assurance.models import Recovery
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party


def ask_for_recovery(*, login: str, name: str, id_number: str, email: str, address: str = "") -> None:
    """Note that somebody wants back in, where name and number are those of the account's owner.

    Everybody is answered alike, and whether anything was noted is not told. Raises TooManyAttempts.
    """
    identity.throttle("recovery", address, login)
    party: Party | None = Party.objects.numbered(digest_of(id_number)).first()
    account = party.account if party and parties.same_name(party.name, name) else None
    if account is None or account.login != login.lower() or not account.active:
        return
    now = clock.now()
    with transaction.atomic():
        if Recovery.objects.select_for_update().open().filter(account=account).exists():
            return
        due = now + timedelta(hours=settings.ASSURANCE_RECOVERY_HOURS)
        Recovery.objects.create(account=account, email=email, asked_at=now, due_at=due)
        event = RecoveryAsked(account.pk, due.isoformat())
        journal.write(event, by=identity.nobody(address=address), subject=f"account:{account.pk}")


@transaction.atomic
def stop_recovery(*, actor: Actor) -> None:
    """Stop a recovery of one's own account: who is signed in needs none. Where there is none nothing happens."""
    for found in Recovery.objects.owned_by(actor).open().select_for_update():
        _end(found, stopped=True, by=actor)


def recover_due() -> int:
    """Let a link to a new password go out where the wait is over and nobody stopped it; return how many."""
    due = Recovery.objects.due(at=clock.now()).values_list("pk", flat=True)[:100]
    for number in due:
        with transaction.atomic():
            found = Recovery.objects.select_for_update().get(pk=number)
            if found.ended_at is None:
                _end(found, stopped=False, by=SYSTEM)
                jobs.enqueue(mail_link, key=f"recovery:{found.uid}", recovery=found.pk)
    return len(due)


@jobs.task(atomic=False)
def mail_link(recovery: int) -> None:
    """Send the link to the address that was named when it was asked for."""
    found = Recovery.objects.select_related("account").get(pk=recovery)
    reason = recorded(_("recovery after the waiting time"))
    link = identity.make_link(actor=SYSTEM, account=found.account, reason=reason)
    text = gettext("Choose a new password here: %(address)s") % {"address": identity.address_of(link)}
    # An address that never takes it is nobody's who could tell us; the wait begins anew with another.
    with suppress(Rejected):
        transport.send_mail(
            to=found.email, subject=gettext("Back into your account"), text=text, key=f"recovery:{found.uid}"
        )


def _end(found: Recovery, *, stopped: bool, by: Actor) -> None:
    found.ended_at, found.stopped = clock.now(), stopped
    found.save(update_fields=["ended_at", "stopped"])
    journal.write(RecoveryEnded(found.account_id, stopped), by=by, subject=f"account:{found.account_id}")
