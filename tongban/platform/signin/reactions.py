from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.identity.events import SignedIn
from tongban.platform.identity.models import Account
from tongban.platform.notices import services as notices
from tongban.platform.signin.events import FactorAdded, FactorRemoved, RecoveryCodeUsed


@journal.on(SignedIn)
def tell_of_new_device(event: SignedIn) -> None:
    """Tell the owner when somebody comes in, by whatever way, from a device that nobody came in from before."""
    if not event.recognised:
        _tell(
            event.account,
            _("Your account was signed in to from a new device"),
            _("Device: %(device)s. If this was not you, sign it out under “My sign-ins” and change your password."),
            device=event.device or "—",
        )


@journal.on(FactorAdded)
def tell_of_addition(event: FactorAdded) -> None:
    """Tell the owner: if it was not them, they learn it."""
    body = _("Your account has one more way of signing in. If this was not you, remove it and change your password.")
    if event.kind == "passkey":
        body = _("The passkey “%(name)s” was added. If this was not you, remove it and change your password.")
    _tell(event.account, _("A way of signing in was added"), body, name=event.name)


@journal.on(FactorRemoved)
def tell_of_removal(event: FactorRemoved) -> None:
    _tell(
        event.account,
        _("A way of signing in was removed"),
        _("Your account is less protected than before. If this was not you, change your password and set it up again."),
    )


@journal.on(RecoveryCodeUsed)
def tell_of_recovery_code(event: RecoveryCodeUsed) -> None:
    _tell(
        event.account,
        _("A recovery code was used"),
        _("Somebody signed in to your account with a recovery code; %(left)s are left. If this was not you, call us."),
        left=event.left,
    )


def _tell(account: int, title: StrOrPromise, body: StrOrPromise, **words: object) -> None:
    """Put a notice into the inbox that the owner of an account reads: a person's, else an official's own."""
    owner = Account.objects.get(pk=account)
    notices.send(
        to=getattr(owner, "party", owner),
        **notices.in_both(title, body, words),
        url=reverse("hall:signin:factors"),
        subject=f"account:{account}",
        key=f"signin:{ids.token(16)}",
    )
