"""Suspend, resume, revoke and cancel: one table of steps, each with a reason."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.licences import rules
from tongban.platform.licences.events import (
    LicenceCancelled,
    LicenceResumed,
    LicenceRevoked,
    LicenceSuperseded,
    LicenceSuspended,
)
from tongban.platform.licences.models import Licence


class NoStepReason(Refusal):
    status = 422
    message = _("Say why: the holder will read it.")


class WrongLicenceState(Refusal):
    message = _("The licence %(number)s is %(state)s; this step is no longer possible.")


def suspend(*, actor: Actor, licence: Licence, reason: str) -> Licence:
    """Let a valid licence rest. Raises NotAllowed, NoStepReason, WrongLicenceState."""
    return _step("suspend", LicenceSuspended, actor, licence, reason)


def resume(*, actor: Actor, licence: Licence, reason: str) -> Licence:
    """Make a suspended licence valid again. Raises NotAllowed, NoStepReason, WrongLicenceState."""
    return _step("resume", LicenceResumed, actor, licence, reason)


def revoke(*, actor: Actor, licence: Licence, reason: str) -> Licence:
    """Take a licence away for good. Raises NotAllowed, NoStepReason, WrongLicenceState."""
    return _step("revoke", LicenceRevoked, actor, licence, reason)


def cancel(*, actor: Actor, licence: Licence, reason: str) -> Licence:
    """Strike a licence off, e.g. when its holder gives it up. Raises NotAllowed, NoStepReason, WrongLicenceState."""
    return _step("cancel", LicenceCancelled, actor, licence, reason)


def supersede(*, actor: Actor, licence: Licence, by: Licence) -> Licence:
    """Let a newer licence take the place of one (补领、换领). Raises NotAllowed, WrongLicenceState."""
    reason = recorded(_("Replaced by %(number)s")) % {"number": by.number}
    return _step("supersede", LicenceSuperseded, actor, licence, reason)


@transaction.atomic
def _step(step: str, event: type, actor: Actor, licence: Licence, reason: str) -> Licence:
    actor.must_hold("licences.manage", department=licence.issuer_id, area=licence.area)
    if not reason.strip():
        raise NoStepReason()
    locked: Licence = Licence.objects.select_for_update(of=("self",)).select_related("holder").get(pk=licence.pk)
    state = rules.after(locked.state, step)
    if state is None:
        raise WrongLicenceState(number=locked.number, state=locked.get_state_display())
    locked.state, locked.state_reason, locked.state_changed_at = state, reason.strip(), clock.now()
    locked.save(update_fields=["state", "state_reason", "state_changed_at"])
    journal.write(
        event(locked.pk, locked.identifier, locked.holder_id, locked.code()),
        by=actor,
        subject=f"licence:{locked.identifier}",
        reason=reason.strip(),
    )
    return locked
