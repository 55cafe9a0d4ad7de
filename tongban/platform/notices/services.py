"""The verbs of notices: sending, reading, choosing what comes besides."""

from collections.abc import Mapping
from typing import Any, TypedDict
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tongban.infrastructure.database import bulk
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.transport.ports import Rejected
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.notices import rules
from tongban.platform.notices.events import NoticeSent
from tongban.platform.notices.models import Notice, Preference
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party


class FullMandateNeeded(Refusal):
    status = 403
    message = gettext_lazy("Your mandate for %(name)s covers certain services only; it does not include this setting.")


class NoMobileNumber(Refusal):
    status, field = 422, "text_message"
    message = gettext_lazy("No mobile number of yours is confirmed yet.")


class Texts(TypedDict):
    title: str
    body: str
    title_english: str
    body_english: str


@transaction.atomic
def send(
    *,
    to: Party | Account,
    title: str,
    body: str,
    key: str,
    url: str = "",
    subject: str = "",
    service: str = "",
    legal: bool = False,
    title_english: str = "",
    body_english: str = "",
    actor: Actor = SYSTEM,
) -> Notice:
    """Put a notice into an inbox; let e-mail and text message go where they are wanted. The same key changes nothing.

    to      a party, or the account of an official
    title   one line; body: whole sentences that also stand alone in an e-mail
    url     path in this house where to go on
    service catalogue code of the service it is about: who has a mandate for some services reads what is about these
    legal   the notice has legal effect
    ..._english  the same for whoever reads in English; see `in_both`
    """
    if not rules.is_local(url):
        raise ValueError(f"a notice leads into this house, not to {url}")
    party, account = (to.pk, None) if isinstance(to, Party) else (None, to.pk)
    wanted = wanted_by(party=party, account=account)
    notice = Notice(
        key=key,
        party_id=party,
        account_id=account,
        title=title,
        title_english=title_english,
        body=body,
        body_english=body_english,
        url=url,
        subject=subject,
        service=service,
        legal=legal,
        created_at=clock.now(),
        mail=Notice.Mail.DUE if wanted.mail and email_of(to) else Notice.Mail.NONE,
        text_message=Notice.Text.DUE if wanted.text_message and phone_of(to) else Notice.Text.NONE,
    )
    try:
        with transaction.atomic():
            bulk.insert(notice)
    except IntegrityError:
        first: Notice = Notice.objects.get(key=key)
        return first
    if notice.mail == Notice.Mail.DUE:
        jobs.enqueue(mail, key=f"notice-mail:{notice.uid}", notice=notice.pk)
    if notice.text_message == Notice.Text.DUE:
        jobs.enqueue(send_text_message, key=f"notice-text:{notice.uid}", notice=notice.pk)
    journal.write(NoticeSent(notice.pk, key, party, account, legal), by=actor, subject=subject)
    return notice


def in_both(title: StrOrPromise, body: StrOrPromise, words: Mapping[str, Any]) -> Texts:
    """Return the texts of a notice in both languages, for `send`.

    title, body   lazy texts with %(name)s places
    words         what stands there; a word that differs by language is a function that says it in the present one
    """
    texts: list[str] = []
    for language in (settings.LANGUAGE_CODE, "en"):
        with override(language):
            said = {name: word() if callable(word) else word for name, word in words.items()}
            texts += (str(title) % said, str(body) % said)
    return Texts(title=texts[0], body=texts[1], title_english=texts[2], body_english=texts[3])


@jobs.task(atomic=False)
def mail(notice: int) -> None:
    """Send a notice by e-mail. Runs again after a crash: the letter then bears the same Message-ID."""
    row: Notice = Notice.objects.select_related("party", "account").get(pk=notice)
    if row.mail != Notice.Mail.DUE:
        return
    to: Any = row.party or row.account
    text = rules.letter(
        greeting=_("Dear %(name)s,") % {"name": to.name},
        body=row.body,
        link=settings.PUBLIC_URL + opened_for(row) if row.url else "",
        where=_("Continue here:"),
        footer=_("This e-mail was sent automatically; please do not reply. You can switch e-mail off in your inbox."),
    )
    state, problem = Notice.Mail.SENT, ""
    try:
        transport.send_mail(to=email_of(to), subject=row.title, text=text, key=f"notice:{row.uid}")
    except Rejected as refused:
        state, problem = Notice.Mail.REJECTED, str(refused)[:300]
    Notice.objects.filter(pk=row.pk).update(mail=state, mailed_at=clock.now(), mail_problem=problem)


@jobs.task(atomic=False)
def send_text_message(notice: int) -> None:
    """Send the title of a notice to its owner's phone; what else it says stands in the inbox alone."""
    row: Notice = Notice.objects.select_related("party__account", "account").get(pk=notice)
    if row.text_message != Notice.Text.DUE:
        return
    to: Any = row.party or row.account
    state = Notice.Text.SENT
    try:
        transport.send_text(to=phone_of(to), template="notice", words={"title": row.title}, key=f"notice:{row.uid}")
    except Rejected:
        state = Notice.Text.REJECTED
    Notice.objects.filter(pk=row.pk).update(text_message=state)


def email_of(to: Party | Account) -> str:
    """Return where e-mail for somebody goes: to their own address, else to that of their account."""
    if to.email or not isinstance(to, Party) or to.account is None:
        return str(to.email)
    return str(to.account.email)


def phone_of(to: Party | Account) -> str:
    """Return the number that somebody confirmed as theirs, or an official's; "" for none, as for organisations."""
    account = to.account if isinstance(to, Party) else to
    return str(account.phone) if account else ""


def unread(actor: Actor, at_most: int = 100) -> int:
    """Return how many notices wait to be read, counted no further than `at_most`."""
    return min(at_most, sum(inbox.unread()[:at_most].count() for inbox in Notice.objects.parts_for(actor)))


def read(*, actor: Actor, uid: UUID) -> Notice:
    """Open a notice; it counts as read from the first time on. Raises NotFound."""
    notice: Notice = identity.get_visible(Notice.objects, actor, "notice", uid=uid)
    if not notice.read:
        notice.read, notice.read_at = True, clock.now()
        notice.save(update_fields=["read", "read_at"])
    return notice


def read_all(*, actor: Actor) -> int:
    """Mark everything in the actor's inbox as read; return how many there were."""
    waiting = Notice.objects.visible_to(actor).unread()
    return int(waiting.update(read=True, read_at=clock.now()))


def wanted_by(*, party: int | None, account: int | None) -> Preference:
    """Return what a party or an account wants besides its inbox; without a choice, e-mail."""
    return Preference.objects.of(party=party, account=account).first() or Preference()


@transaction.atomic
def choose(*, actor: Actor, mail: bool, text_message: bool) -> None:
    """Switch e-mail and text messages on or off for whom the actor stands; the inbox stays.

    Raises NotAllowed, FullMandateNeeded, NoMobileNumber.
    """
    if not actor.signed_in:
        raise NotAllowed()
    if actor.services:
        raise FullMandateNeeded(name=actor.acting_name)
    party, account = owner_of(actor)
    if text_message and not phone_of(_owner(party, account)):
        raise NoMobileNumber()
    owner: dict[str, Any] = {"party_id": party, "account_id": account}
    chosen = {"mail": mail, "text_message": text_message, "changed_at": clock.now()}
    Preference.objects.update_or_create(**owner, defaults=chosen)


def addresses(actor: Actor) -> tuple[str, str]:
    """Return where what is written to whom the actor stands for goes: mail address and mobile number, "" for none."""
    to = _owner(*owner_of(actor))
    return email_of(to), phone_of(to)


def _owner(party: int | None, account: int | None) -> Party | Account:
    if party:
        found: Party = Party.objects.get(pk=party)
        return found
    own: Account = Account.objects.get(pk=account or 0)
    return own


def owner_of(actor: Actor) -> tuple[int | None, int | None]:
    """Return (party, account) whose inbox the actor keeps: the party it stands for, else its own account."""
    return (actor.represents, None) if actor.represents else (None, actor.account)


def opened_for(notice: Notice) -> str:
    """Return where the letter leads, under the identity that it is written to, whoever of its people opens it."""
    if notice.party is None:
        return notice.url
    return f"{notice.url}{'&' if '?' in notice.url else '?'}{parties.ACTING_FOR_PARAM}={notice.party.uid}"
