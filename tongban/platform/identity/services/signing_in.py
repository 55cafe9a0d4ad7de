"""Coming in, going out, and the password."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.identity import rules
from tongban.platform.identity.events import PasswordChanged, SignedOut, SignInFailed
from tongban.platform.identity.models import Account, DeniedAccess, FailedAttempt, LateForm, LoginSession, ResetLink
from tongban.platform.identity.passwords import is_shown
from tongban.platform.identity.services.accounts import refuse_weak_password
from tongban.platform.identity.services.actors import nobody
from tongban.platform.identity.services.admitting import admit_or_ask
from tongban.platform.identity.services.denials import must_find, record_individually
from tongban.platform.identity.services.devices import device_word
from tongban.platform.identity.services.resetting import invalidate_links
from tongban.platform.identity.services.throttle import TooManyAttempts, count, forgive, key_of
from tongban.platform.identity.sessions import SessionStore


class WrongPassword(Refusal):
    """Said for an unknown sign-in name, a wrong password and a closed account alike, so that none can be told apart."""

    status = 422
    message = _("The sign-in name or the password is wrong.")


def sign_in(
    *, session: SessionStore, login: str, password: str, address: str = "", device: str = "", known: str = ""
) -> Account:
    """Let somebody in who knows the password, in a new session. Raises TooManyAttempts, WrongPassword.

    Where a second factor is asked for, nobody is signed in yet: see `half_signed_in`, and `ports.second_step`.

    known   the word by which `known_device` made this device known, if it did; see there
    Hashing is what costs, so it comes after the throttle and outside every transaction.
    """
    account = _prove(login, password, address, known=known)
    recognised = bool(device_word(known, account))
    admit_or_ask(session=session, account=account, address=address, device=device, recognised=recognised)
    return account


@transaction.atomic
def sign_out(*, actor: Actor, session: SessionStore) -> None:
    """End this session. Without one nothing happens."""
    if actor.account is not None:
        journal.write(SignedOut(actor.account, "left"), by=actor, subject=f"account:{actor.account}")
    session.flush()


@transaction.atomic
def end_session(*, actor: Actor, uid: UUID | str) -> None:
    """End one of the actor's own sign-ins, wherever it is. Raises NotFound."""
    own = LoginSession.objects.filter(uid=uid, account__isnull=False, account=actor.account)
    must_find(own.first(), actor, "login-session", uid).delete()
    journal.write(SignedOut(cast(int, actor.account), "ended"), by=actor, subject=f"account:{actor.account}")


@transaction.atomic
def end_other_sessions(*, actor: Actor, session: SessionStore, cause: str = "ended") -> int:
    """End all of the actor's sign-ins but this one; return how many."""
    others = LoginSession.objects.filter(account__isnull=False, account=actor.account).exclude(
        session_key=session.session_key
    )
    ended = int(others.delete()[0])
    if ended and actor.account:
        journal.write(SignedOut(actor.account, cause), by=actor, subject=f"account:{actor.account}")
    return ended


def change_password(*, actor: Actor, session: SessionStore, old: str, new: str) -> None:
    """Take a new password, and end every other sign-in. Raises TooManyAttempts, Invalid, WeakPassword."""
    account = Account.objects.get(pk=actor.account or 0)
    try:
        _prove(account.login, old, actor.address, by=account)
    except WrongPassword as refusal:
        raise Invalid({"old": [_("This is not your password.")]}) from refusal
    refuse_weak_password(new, account, field="new")
    account.password = make_password(new)
    account.rights_version = ids.token()
    with transaction.atomic():
        account.save(update_fields=["password", "rights_version"])
        session.cycle_key()
        invalidate_links(account)
        end_other_sessions(actor=actor, session=session, cause="password")
        journal.write(PasswordChanged(account.pk), by=actor, subject=f"account:{account.pk}")


def confirm_password(*, actor: Actor, password: str) -> Account:
    """Ask somebody who is signed in for their password once more. Raises TooManyAttempts, Invalid."""
    account = Account.objects.get(pk=actor.account or 0)
    try:
        return _prove(account.login, password, actor.address, by=account)
    except WrongPassword as refusal:
        raise Invalid({"password": [_("This is not your password.")]}) from refusal


def tidy() -> None:
    """Delete sign-ins that are long over, forms nobody came back for, links no longer valid, and old attempts."""
    now = clock.now()
    # Whose a sign-in was is known for a while longer: what is sent after its end is saved for them.
    LoginSession.objects.over(at=now - timedelta(hours=settings.IDENTITY_LATE_FORM_HOURS)).delete()
    LateForm.objects.forgotten(before=now).delete()
    ResetLink.objects.forgotten(before=now - timedelta(days=1)).delete()
    FailedAttempt.objects.forgotten(before=now - timedelta(seconds=settings.IDENTITY_FORGET_ATTEMPTS_SECONDS)).delete()
    DeniedAccess.objects.forgotten(before=now - timedelta(seconds=settings.IDENTITY_FORGET_DENIED_SECONDS)).delete()


def _prove(login: str, password: str, address: str, *, known: str = "", by: Account | None = None) -> Account:
    """Return the account whose password this is. by: who is signed in already and gives the password once more."""
    login = rules.normal_login(login)
    account = Account.objects.filter(login=login).first()
    word = by.uid.hex if by else device_word(known, account)
    tries = _tries(login, address, word)
    if seconds := count(tries):
        _failed(account, "too_many", address)
        raise TooManyAttempts(seconds=seconds)
    if account is None:
        # As much work as for a login that exists, so that the time tells nothing.
        make_password(password)
        _failed(account, "unknown", address)
        raise WrongPassword()
    if not account.check_password(password) or not account.active or is_shown(password):
        _failed(account, "wrong" if account.active else "inactive", address)
        raise WrongPassword()
    own, *others = tries
    forgive(one_of=others, all_of=own)
    return account


def _tries(login: str, address: str, word: str) -> dict[str, int]:
    """Return what an attempt is counted for, and how many failures of each are free; the attempt's own key first.

    A device from which the owner came in before is counted for itself, so that nobody else can keep them out from it.
    From all others together, more may fail than from one place, so that a guesser there keeps out nobody but themself.
    """
    network = rules.throttle_network(address)
    whole = {key_of("address", network): settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS}
    if word:
        return {key_of("login-device", f"{login} {word}"): settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN, **whole}
    return {
        key_of("login-address", f"{login} {network}"): settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN,
        **whole,
        key_of("login", login): settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN_ANYWHERE,
    }


@transaction.atomic
def _failed(account: Account | None, cause: str, address: str) -> None:
    by = nobody(address=address)
    # Whoever does not wait costs us nothing else, so they could go on for ever.
    if cause == "too_many" and not record_individually(by, "sign-in", ""):
        return
    journal.write(
        SignInFailed(account.pk if account else None, cause),
        by=by,
        subject=f"account:{account.pk}" if account else "",
    )
