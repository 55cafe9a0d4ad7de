"""Accounts: opened, deactivated, reactivated."""

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.identity import rules
from tongban.platform.identity.events import AccountDeactivated, AccountOpened, AccountReactivated
from tongban.platform.identity.models import Account, LoginSession, Position
from tongban.platform.identity.services.denials import must_find
from tongban.platform.identity.services.departments import must_manage, must_manage_all

# Django's validators speak through the catalogue of an app we do not install, so their sentences are ours.
_WEAKNESSES = {
    "password_too_short": _("The password is too short. Use at least 10 characters; a few words are easy to remember."),
    "password_too_common": _("Too many people use this password. Choose another one."),
    "password_guessable": _(
        "This password is easy to guess: a common word with digits, a row of keys, a repetition, or one that has been"
        " made public. Choose a few words that only you would put together."
    ),
    "password_blank": _("A password cannot consist of spaces alone."),
    "password_entirely_numeric": _("A password of digits alone is easily guessed. Add letters or words."),
    "password_too_similar": _("The password is too similar to your sign-in name or your name."),
}


class LoginTaken(Refusal):
    message = _("The sign-in name %(login)s is already taken.")


class NotYourself(Refusal):
    status = 403
    message = _("You cannot change your own account or positions. Ask a colleague to do it.")


class WeakPassword(Invalid):
    """The new password is too easy to guess; `errors` says why."""


@transaction.atomic
def open_account(
    *,
    actor: Actor,
    login: str,
    name: str,
    kind: str,
    password: str | None = None,
    email: str = "",
    phone: str = "",
    demo: str = "",
) -> Account:
    """Open an account; the same again is the one that is there.

    password   None for an account that cannot sign in with one, such as another system
    demo       what the sign-in shows in the demonstration; see Account.demo
    Raises NotAllowed, DutyIsCitywide (people and systems belong to no department), LoginTaken, WeakPassword.
    """
    actor.must_hold("identity.manage")
    if kind != Account.Kind.STAFF:
        must_manage_all(actor)
    login = rules.normal_login(login)
    found = Account.objects.filter(login=login).first()
    if found and (found.name, found.kind) == (name, kind):
        return found
    if found:
        raise LoginTaken(login=login)
    account = Account(login=login, name=name, kind=kind, email=email, phone=phone, demo=demo, created_at=clock.now())
    if password is None:
        account.set_unusable_password()
    else:
        refuse_weak_password(password, account)
        account.set_password(password)
    account.save()
    journal.write(AccountOpened(account.pk, kind), by=actor, subject=f"account:{account.pk}")
    return account


@transaction.atomic
def deactivate(*, actor: Actor, account: Account, reason: str) -> Account:
    """Close the door to an account, with effect at its next request. A second time changes nothing.

    Raises NotAllowed, NotFound, NotYourself, DutyIsCitywide.
    """
    account = managed_account(actor, account)
    if not account.active:
        return account
    account.active, account.rights_version = False, ids.token()
    account.save(update_fields=["active", "rights_version"])
    LoginSession.objects.filter(account=account).delete()
    deputies = Account.objects.filter(Q(positions__deputy_for=account)).values("pk")
    Account.objects.filter(pk__in=deputies).update(rights_version=ids.token())
    journal.write(AccountDeactivated(account.pk), by=actor, subject=f"account:{account.pk}", reason=reason)
    return account


@transaction.atomic
def reactivate(*, actor: Actor, account: Account, reason: str) -> Account:
    """Open the door again. A second time changes nothing. Raises as `deactivate`."""
    account = managed_account(actor, account)
    if account.active:
        return account
    account.active, account.rights_version = True, ids.token()
    account.save(update_fields=["active", "rights_version"])
    journal.write(AccountReactivated(account.pk), by=actor, subject=f"account:{account.pk}", reason=reason)
    return account


def refuse_weak_password(password: str, account: Account, field: str = "password") -> None:
    """Raise WeakPassword where the password is too easy to guess."""
    try:
        password_validation.validate_password(password, account)
    except ValidationError as found:
        known = [_WEAKNESSES.get(error.code or "", _("Choose another password.")) for error in found.error_list]
        raise WeakPassword({field: known}) from found


def managed_account(actor: Actor, account: Account) -> Account:
    """Return the account, locked, for whoever looks after it and everything that it may do.

    Raises NotAllowed, NotFound, NotYourself, DutyIsCitywide.
    """
    actor.must_hold("identity.manage")
    if actor.account == account.pk:
        raise NotYourself()
    reached = Account.objects.select_for_update().filter(pk=account.pk)
    if actor.kind != "system":
        reached = reached.visible_to(actor)
    found = must_find(reached.first(), actor, "account", account.uid)
    positions = Position.objects.of(found.pk).still_to_hold(on=clock.today()).select_related("department", "role")
    for position in positions:
        must_manage(actor, position.department, area=position.area, below=position.subtree, role=position.role)
    return found
