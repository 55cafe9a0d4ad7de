"""A mobile number is somebody's own once they typed in the code that went to it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.assurance.events import PhoneConfirmed
from tongban.platform.assurance.models import ContactCode
from tongban.platform.assurance.services import codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account


class PhoneConfirmedAlready(Refusal):
    status, field = 422, "phone"
    message = _("This number is yours already.")


def ask_for_phone_code(*, actor: Actor, phone: str) -> ContactCode:
    """Send a code to a number that somebody says is theirs.

    Raises NotAllowed, TooManyAttempts, NoTextMessages, Invalid, PhoneConfirmedAlready.
    """
    account, phone = _mine(actor), typed.mobile(phone)
    if account.phone == phone:
        raise PhoneConfirmedAlready()
    codes.throttle_sending(actor.address, phone)
    return codes.send_code(phone=phone, account=account)


def confirm_phone(*, actor: Actor, uid: str, code: str) -> Account:
    """Let the number be theirs from now on. Raises NotAllowed, TooManyAttempts, ContactCodeOver, CodeWrong."""
    account = _mine(actor)
    identity.throttle("phone-code", actor.address, str(account.pk))
    found = codes.check_code(uid=uid, code=code, account=account.pk)
    with transaction.atomic():
        mine = codes.use_up(found)
        changed = identity.put_own_phone(actor=actor, phone=mine.phone)
        journal.write(PhoneConfirmed(account.pk), by=actor, subject=f"account:{account.pk}")
    identity.clear_attempt("phone-code", actor.address, str(account.pk))
    return changed


def remove_phone(*, actor: Actor) -> Account:
    """Forget the number; nothing goes to it any more. Raises NotAllowed."""
    _mine(actor)
    return identity.put_own_phone(actor=actor, phone="")


def _mine(actor: Actor) -> Account:
    """Return the account, for people alone: an official's number comes from the directory."""
    if actor.account is None or actor.kind != "person":
        raise NotAllowed()
    account: Account = Account.objects.get(pk=actor.account)
    return account
