"""What an account says of its owner: name and addresses."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.identity.events import AccountAmended
from tongban.platform.identity.models import Account
from tongban.platform.identity.services.accounts import managed_account
from tongban.platform.identity.services.resetting import invalidate_links, may_decide


class AddressOpensTooMuch(Refusal):
    status = 403
    message = _(
        "%(name)s may decide, and whoever reads their mail can choose their password. Nobody else changes the address."
    )


@transaction.atomic
def put_own_phone(*, actor: Actor, phone: str) -> Account:
    """Keep one's own mobile number, after it was confirmed; "" forgets it. Raises NotAllowed."""
    if actor.account is None or actor.kind != "person":
        raise NotAllowed()
    account: Account = Account.objects.select_for_update().get(pk=actor.account)
    if account.phone != phone:
        account.phone = phone
        account.save(update_fields=["phone"])
        journal.write(AccountAmended(account.pk, ["phone"]), by=actor, subject=f"account:{account.pk}")
    return account


@transaction.atomic
def amend_account(*, actor: Actor, account: Account, name: str, email: str, phone: str) -> Account:
    """Change the name and the addresses of an account; the same again changes nothing.

    Links to a new password go to the mail address, so another one makes those before void, and that of somebody who
    holds a duty that nobody gives alone is not changed here.
    Raises NotAllowed, NotFound, NotYourself, DutyIsCitywide, AddressOpensTooMuch.
    """
    account = managed_account(actor, account)
    wanted = {"name": name, "email": email, "phone": phone}
    changed = sorted(field for field, value in wanted.items() if getattr(account, field) != value)
    if not changed:
        return account
    if "email" in changed and actor.kind != "system" and may_decide(account):
        raise AddressOpensTooMuch(name=account.name)
    if "email" in changed:
        invalidate_links(account)
    for field in changed:
        setattr(account, field, wanted[field])
    account.rights_version = ids.token()
    account.save(update_fields=[*changed, "rights_version"])
    journal.write(AccountAmended(account.pk, changed), by=actor, subject=f"account:{account.pk}")
    return account
