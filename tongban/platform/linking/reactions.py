from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import ids
from tongban.platform.identity.models import Account
from tongban.platform.linking.events import AccountLinked
from tongban.platform.notices import services as notices


@journal.on(AccountLinked)
def tell_of_link(event: AccountLinked) -> None:
    """Tell the owner: if it was not them, they part the accounts again."""
    owner = Account.objects.get(pk=event.account)
    title = _("An account elsewhere was linked with yours")
    body = _("You can sign in with it from now on. If this was not you, unlink it and change your password.")
    notices.send(
        to=getattr(owner, "party", owner),
        **notices.in_both(title, body, {}),
        url=reverse("hall:linking:mine"),
        subject=f"account:{event.account}",
        key=f"linking:{ids.token(16)}",
    )
