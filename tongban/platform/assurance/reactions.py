from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.assurance.events import ClosingAsked, RecoveryAsked
from tongban.platform.identity.models import Account
from tongban.platform.notices import services as notices


@journal.on(RecoveryAsked)
def tell_of_recovery(event: RecoveryAsked) -> None:
    """Tell the owner in the inbox and at the address that they had: if it was not them, they stop it."""
    _tell(
        event.account,
        _("Somebody asks for access to your account"),
        _("They know your name and number and say they lost password and mailbox. If this is not you, stop it."),
    )


@journal.on(ClosingAsked)
def tell_of_closing(event: ClosingAsked) -> None:
    _tell(
        event.account,
        _("Your account will be closed"),
        _("You asked for it. Until then you can keep it with one click."),
    )


def _tell(account: int, title: StrOrPromise, body: StrOrPromise) -> None:
    owner = Account.objects.get(pk=account)
    notices.send(
        to=getattr(owner, "party", owner),
        **notices.in_both(title, body, {}),
        url=reverse("hall:assurance:mine"),
        subject=f"account:{account}",
        key=f"assurance:{ids.token(16)}",
    )
