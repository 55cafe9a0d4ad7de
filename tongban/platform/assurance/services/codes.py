"""Codes that go to a mail address or a phone: made, sent, and typed in once."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.transport.ports import Rejected
from tongban.platform.assurance.models import ContactCode
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.parties import services as parties


class ContactCodeOver(Refusal):
    message = _("This code is no longer good. Begin again; you will get a new one.")


class CodeWrong(Invalid):
    """The code is another one."""


class NoTextMessages(Refusal):
    status = 409
    message = _("No text messages can be sent at present. Use your e-mail address.")


@transaction.atomic
def send_code(*, email: str = "", phone: str = "", account: Account | None = None) -> ContactCode:
    """Make a code and let it go out; earlier ones for the same account are void. Raises NoTextMessages, Invalid."""
    phone = typed.mobile(phone)
    if bool(email) == bool(phone):
        raise ValueError("a code goes to an address or to a number")
    if phone and not transport.texts_can_be_sent():
        raise NoTextMessages()
    if phone and (problem := parties.mobile_problem(phone)):
        raise Invalid({"phone": [problem]})
    now, code = clock.now(), f"{secrets.randbelow(1_000_000):06}"
    if account is not None:
        ContactCode.objects.valid(at=now).filter(account=account).update(used_at=now)
    expires = now + timedelta(minutes=settings.ASSURANCE_CODE_MINUTES)
    made = ContactCode(email=email, phone=phone, account=account, made_at=now, expires_at=expires)
    made.code, made.code_digest = code, _digest(made, code)
    made.save()
    jobs.enqueue(hand_over, key=f"contact-code:{made.uid}", contact_code=made.pk)
    return made


@jobs.task(atomic=False)
def hand_over(contact_code: int) -> None:
    """Send the code, as long as it can still be used. One that no server takes is nobody's who could tell us."""
    row = ContactCode.objects.valid(at=clock.now()).filter(pk=contact_code).first()
    if row is None:
        return
    key = f"contact-code:{row.uid}"
    try:
        if row.phone:
            words = {"code": row.code, "minutes": str(settings.ASSURANCE_CODE_MINUTES)}
            transport.send_text(to=row.phone, template="code", words=words, key=key)
            return
        text = gettext("Your code is %(code)s. If you did not ask for it, do nothing.") % {"code": row.code}
        transport.send_mail(to=row.email, subject=gettext("Code to open an account"), text=text, key=key)
    except Rejected:
        return


def check_code(*, uid: str, code: str, account: int | None) -> ContactCode:
    """Return the row whose code was typed in, still unused. Raises ContactCodeOver, CodeWrong.

    account   whose it has to be; None for a code that opens an account
    """
    found = ContactCode.objects.valid(at=clock.now()).filter(uid=uid, account=account).first()
    if found is None or found.tries >= settings.ASSURANCE_MAX_CODE_TRIES:
        raise ContactCodeOver()
    if not secrets.compare_digest(found.code_digest, _digest(found, code)):
        ContactCode.objects.filter(pk=found.pk).update(tries=F("tries") + 1)
        raise CodeWrong({"code": [_("This is not the code that we sent.")]})
    return found


def use_up(found: ContactCode) -> ContactCode:
    """Take the code, once, within the caller's transaction. Raises ContactCodeOver."""
    mine: ContactCode = ContactCode.objects.select_for_update().get(pk=found.pk)
    if mine.used_at:
        raise ContactCodeOver()
    mine.used_at = clock.now()
    mine.save(update_fields=["used_at"])
    return mine


def tidy() -> None:
    """Delete codes that are over."""
    ContactCode.objects.over(before=clock.now() - timedelta(days=1)).delete()


def throttle_sending(address: str, goal: str) -> None:
    """Count that a code is asked for, wherever from and wherever to. Raises TooManyAttempts."""
    identity.throttle("registration", address, goal)


def _digest(row: ContactCode, code: str) -> str:
    return digest_of(f"contact-code {row.uid} {code.strip()}")
