"""Suspend, resume, revoke and cancel: one table of steps, each with a reason."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise
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

# How a newer licence took the place of one -> why that one is superseded.
_SUPERSEDED: Mapping[str, StrOrPromise] = {
    "": _("Replaced by %(number)s"),
    "change": _("Changed: a newer licence with the same number took its place"),
    "extend": _("Extended until %(until)s: a newer licence with the same number took its place"),
    "replace": _("Reissued: a newer licence with the same number took its place"),
}


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


def revoke(*, actor: Actor, licence: Licence, reason: str, cause: str = "") -> Licence:
    """Take a licence away for good: 吊销 or 撤回 are noted here, 撤销 is decided in its case.

    cause   one of `rules.REVOKED_FOR`; "" where its case tells its holder
    Raises NotAllowed, NoStepReason, WrongLicenceState.
    """
    return _step("revoke", LicenceRevoked, actor, licence, reason, cause=cause)


def cancel(*, actor: Actor, licence: Licence, reason: str, cause: str = "") -> Licence:
    """Strike a licence off (注销): by law, or because its holder gives it up.

    cause   one of `rules.CANCELLED_FOR`: the holder gets a letter; "" where its case tells them
    Raises NotAllowed, NoStepReason, WrongLicenceState.
    """
    return _step("cancel", LicenceCancelled, actor, licence, reason, cause=cause)


def supersede(*, actor: Actor, licence: Licence, by: Licence) -> Licence:
    """Let a newer licence take the place of one (变更、延续、补领、换领). Raises NotAllowed, WrongLicenceState."""
    reason = recorded(_SUPERSEDED[by.how]) % {"number": by.number, "until": by.valid_until or "长期"}
    return _step("supersede", LicenceSuperseded, actor, licence, reason)


@transaction.atomic
def _step(step: str, event: type, actor: Actor, licence: Licence, reason: str, **more: str) -> Licence:
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
        event(locked.pk, locked.identifier, locked.holder_id, locked.code(), **more),
        by=actor,
        subject=f"licence:{locked.identifier}",
        reason=reason.strip(),
    )
    return locked
