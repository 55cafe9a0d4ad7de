"""What comes after a right password: a code, or setting up the second factor that is owed."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.signin import rules
from tongban.platform.signin.events import FactorRemoved, SecondFactorFailed
from tongban.platform.signin.models import Authenticator, Passkey, RecoveryCode
from tongban.platform.signin.services.authenticators import (
    WrongFactorCode,
    has_factor,
    take_counter,
    take_recovery_code,
)
from tongban.platform.signin.services.passkeys import METHODS

CODE, SET_UP = "hall:signin:code", "hall:signin:set_up"


class NotHalfSignedIn(Refusal):
    status = 409
    message = _("Too much time has passed. Sign in again with your password.")


def second_step(account: Account) -> str:
    """Return where this account goes on after its password; "" where that is enough."""
    if has_factor(account):
        return CODE
    return SET_UP if must_have(account) else ""


def has_second_factor(account: Account) -> bool:
    return has_factor(account)


def must_have(account: Account) -> bool:
    """Say whether this account needs a second factor: an official does, save in a demonstration."""
    return account.kind == Account.Kind.STAFF and settings.SIGNIN_STAFF_SECOND_FACTOR and not settings.DEMO


def must_set_up(session: identity.SessionStore) -> Account:
    """Return whose password was right and who has no second factor yet. Raises NotHalfSignedIn."""
    account = _half(session)
    if has_factor(account):
        raise NotHalfSignedIn()
    return account


def show_code(*, session: identity.SessionStore, code: str, address: str = "", device: str = "") -> Account:
    """Let somebody in whose password was right, for a code of their app or from paper.

    Raises NotHalfSignedIn, TooManyAttempts, WrongFactorCode.
    """
    account = _half(session)
    identity.throttle("second-factor", address, str(account.uid))
    by = identity.actor_of(account, address=address)
    try:
        with transaction.atomic():
            methods = _used_up(account, code, by)
    except WrongFactorCode:
        with transaction.atomic():
            event = SecondFactorFailed(account.pk, "wrong")
            journal.write(event, by=identity.nobody(address=address), subject=f"account:{account.pk}")
        raise
    identity.clear_attempt("second-factor", address, str(account.uid))
    first, recognised = identity.half_told(session)
    return identity.admit(
        session=session,
        account=account,
        methods=f"{first} {methods}",
        address=address,
        device=device,
        recognised=recognised,
    )


def finish_setting_up(*, session: identity.SessionStore, address: str = "", device: str = "") -> Account:
    """Let somebody in who has just set up the second factor that was owed. Raises NotHalfSignedIn, NotAllowed."""
    account = _half(session)
    if not has_factor(account):
        raise NotAllowed()
    app = Authenticator.objects.confirmed().filter(account=account).exists()
    return identity.admit(
        session=session, account=account, methods="pwd otp" if app else f"pwd {METHODS}", address=address, device=device
    )


@transaction.atomic
def reset_factors(*, actor: Actor, login: str, reason: str) -> Account:
    """Remove the app, the passkeys and the codes of somebody who lost them. Raises NotAllowed, NotFound.

    Nobody does it for themself. Their password stays; at the next sign-in officials set up a new factor.
    """
    actor.must_hold("signin.reset")
    account = identity.must_find(Account.objects.with_login(login), actor, "account", login)
    if account.pk == actor.account:
        raise NotAllowed()
    for model in (Authenticator, Passkey, RecoveryCode):
        model.objects.filter(account=account).delete()
    journal.write(FactorRemoved(account.pk, "all", ""), by=actor, subject=f"account:{account.pk}", reason=reason)
    return account


def _used_up(account: Account, code: str, by: Actor) -> str:
    """Use up a code of the app or from paper; return by what its owner came in, in the words of RFC 8176."""
    if not rules.only_digits(code).isdecimal():
        take_recovery_code(account, code, by=by)
        return "kba"
    app = Authenticator.objects.confirmed().select_for_update().filter(account=account).first()
    if app is None:
        raise WrongFactorCode()
    take_counter(app, code)
    app.save(update_fields=["used_counter"])
    return "otp"


def _half(session: identity.SessionStore) -> Account:
    account = identity.half_signed_in(session)
    if account is None:
        raise NotHalfSignedIn()
    return account
