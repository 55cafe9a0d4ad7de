"""A forgotten password: a link that works once, by mail or from the hands of an official."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import joint_duties
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.transport.ports import Rejected
from tongban.platform.identity import rules
from tongban.platform.identity.events import PasswordReset, ResetLinkMade, SignedOut
from tongban.platform.identity.models import Account, LoginSession, Position, ResetLink
from tongban.platform.identity.services.accounts import managed_account, refuse_weak_password
from tongban.platform.identity.services.actors import nobody
from tongban.platform.identity.services.denials import record_denied
from tongban.platform.identity.services.throttle import forget, key_of, throttle

SALT = "identity.link"


class LinkUnusable(Refusal):
    """Said for a link that was used, is too old, or was never made, so that nothing can be learnt from guessing."""

    status = 422
    message = gettext_lazy("This link no longer works: it has already been used, or it has expired. Request a new one.")


class NoPassword(Refusal):
    message = gettext_lazy("%(name)s signs in without a password, or the account is closed.")


def ask_for_link(*, login: str, address: str = "") -> None:
    """Let the owner of an account have a link by mail, if there is such an account and it has a mail address.

    Whoever asks learns nothing: what is done here is the same for every sign-in name. Raises TooManyAttempts.
    """
    throttle("password-link", address)
    jobs.enqueue(make_asked_link, login=rules.normal_login(login), address=address)


@jobs.task
def make_asked_link(login: str, address: str) -> None:
    """Make the link that somebody asked for, unless enough of them went out lately."""
    account = Account.objects.select_for_update().filter(login=login, active=True).first()
    if account is None or not account.email or not _has_password(account):
        return
    lately = clock.now() - timedelta(hours=1)
    if (
        ResetLink.objects.of(account.pk).filter(made_by=None, made_at__gt=lately).count()
        >= settings.IDENTITY_MAX_LINKS_PER_HOUR
    ):
        return
    link = _make(account, timedelta(minutes=settings.IDENTITY_LINK_MINUTES))
    _journal_made(link, "mail", by=nobody(address=address))
    jobs.enqueue(mail_link, key=f"link:{link.uid}", link=link.pk)


@jobs.task(atomic=False)
def mail_link(link: int) -> None:
    """Send a link. Runs again after a crash: the letter then bears the same Message-ID and the same link."""
    row = ResetLink.objects.usable(at=clock.now()).select_related("account").filter(pk=link).first()
    if row is None:
        return
    text = _(
        "Dear %(name)s,\n\nsomeone, probably you, requested a new password for the sign-in name %(login)s. "
        "Choose it here within %(minutes)s minutes:\n\n%(link)s\n\n"
        "The link works once. If it was not you, do nothing: your password will not change.\n"
    ) % {
        "name": row.account.name,
        "login": row.account.login,
        "minutes": settings.IDENTITY_LINK_MINUTES,
        "link": address_of(row),
    }
    _send(row.account, _("Choose a new password"), text, key=f"link:{row.uid}")


@transaction.atomic
def make_link(*, actor: Actor, account: Account, reason: str) -> ResetLink:
    """Make a link to hand over to the owner of an account, who cannot get mail; links made before are void.

    A link gives all that the account may, so whoever makes it must look after all of that; and where nobody gives that
    alone, the link is `proposed` only: a second person, who asks for the same, gets one that works.
    Raises NotAllowed, NotFound, NotYourself, DutyIsCitywide, NoPassword.
    """
    account = managed_account(actor, account)
    if not account.active or not _has_password(account):
        raise NoPassword(name=account.name)
    first = ResetLink.objects.proposed_for(account.pk, at=clock.now())
    confirmed = first is not None and first.made_by_id != actor.account
    proposed = actor.kind != "system" and may_decide(account) and not confirmed
    invalidate_links(account)
    lasts = timedelta(hours=settings.IDENTITY_LINK_HANDED_OVER_HOURS)
    link = _make(account, lasts, made_by=actor.account, proposed=proposed)
    _journal_made(link, "proposed" if proposed else "handed over", by=actor, reason=reason)
    return link


def may_decide(account: Account) -> bool:
    """Say whether the account holds, or will hold, a duty that nobody gives alone."""
    positions = Position.objects.of(account.pk).still_to_hold(on=clock.today()).select_related("role")
    return any(joint_duties().intersection(position.role.duties) for position in positions)


def address_of(link: ResetLink) -> str:
    """Return where a link leads; it can be computed again, so nothing that opens an account lies in the database."""
    return settings.PUBLIC_URL + reverse("hall:identity:reset", args=[signing.Signer(salt=SALT).sign(link.uid.hex)])


def link_of(token: str, *, actor: Actor) -> ResetLink:
    """Return the link that an address stands for, while it works. Raises LinkUnusable."""
    link = _usable(token, at=clock.now())
    if link is None:
        record_denied(actor, "password-link", token[:16])
        raise LinkUnusable()
    return link


def reset_password(*, actor: Actor, token: str, new: str) -> Account:
    """Take a new password by a link, which is used up with it; every sign-in of the account ends.

    Raises LinkUnusable, WeakPassword.
    """
    link = link_of(token, actor=actor)
    refuse_weak_password(new, link.account, field="new")
    hashed = make_password(new)
    with transaction.atomic():
        account: Account = Account.objects.select_for_update().get(pk=link.account_id)
        # Only now that the account is ours: of two who use the link at once, one comes too late.
        if _usable(token, at=clock.now()) is None:
            raise LinkUnusable()
        invalidate_links(account)
        account.password, account.rights_version = hashed, ids.token()
        account.save(update_fields=["password", "rights_version"])
        ended = LoginSession.objects.filter(account=account).delete()[0]
        subject = f"account:{account.pk}"
        journal.write(PasswordReset(account.pk), by=actor, subject=subject)
        if ended:
            journal.write(SignedOut(account.pk, "password"), by=actor, subject=subject)
        forget(key_of("login", account.login))
        if account.email:
            jobs.enqueue(mail_reset, key=f"link-used:{link.uid}", link=link.pk)
    return account


@jobs.task(atomic=False)
def mail_reset(link: int) -> None:
    """Tell the owner of an account that its password is another one now."""
    row = ResetLink.objects.select_related("account").filter(pk=link).first()
    if row is None:
        return
    text = _(
        "Dear %(name)s,\n\nthe password of the sign-in name %(login)s was changed with a one-time link; "
        "every device has been signed out. If it was not you, call %(phone)s at once.\n"
    ) % {"name": row.account.name, "login": row.account.login, "phone": settings.UI_HELP_PHONE}
    _send(row.account, _("Your password was changed"), text, key=f"link-used:{row.uid}")


def _usable(token: str, *, at: datetime) -> ResetLink | None:
    try:
        uid = UUID(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    found: ResetLink | None = (
        ResetLink.objects.usable(at=at).filter(uid=uid, account__active=True).select_related("account").first()
    )
    return found


def _make(account: Account, lasts: timedelta, made_by: int | None = None, *, proposed: bool = False) -> ResetLink:
    now = clock.now()
    link: ResetLink = ResetLink.objects.create(
        account=account, made_at=now, made_by_id=made_by, expires_at=now + lasts, proposed=proposed
    )
    return link


def _journal_made(link: ResetLink, way: str, *, by: Actor, reason: str = "") -> None:
    event = ResetLinkMade(link.account_id, way, link.expires_at.isoformat())
    journal.write(event, by=by, subject=f"account:{link.account_id}", reason=reason)


def invalidate_links(account: Account) -> None:
    """Make every link to a new password of this account useless."""
    ResetLink.objects.of(account.pk).filter(used_at__isnull=True).update(used_at=clock.now())


def _has_password(account: Account) -> bool:
    return account.kind != Account.Kind.CLIENT


def _send(account: Account, subject: str, text: str, *, key: str) -> None:
    try:
        transport.send_mail(to=account.email, subject=subject, text=text, key=key)
    except Rejected:
        # The address takes no mail. Telling whoever asked would tell them that there is such an account.
        return
