"""Send mail and text messages, by whatever way out this installation has."""

from collections.abc import Mapping
from email.message import EmailMessage

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.transport import rules
from tongban.infrastructure.transport.adapters.aliyun import AliyunSms
from tongban.infrastructure.transport.adapters.maildir import MaildirMailer
from tongban.infrastructure.transport.adapters.smtp import SmtpMailer
from tongban.infrastructure.transport.ports import Email, Mailer, Rejected, TextMessage, TextSender, Unreachable


def send_mail(*, to: str, subject: str, text: str, key: str) -> None:
    """Hand one e-mail over; call it from a job with atomic=False, for it may take seconds.

    key   what makes the e-mail this one, "notice:<uid>": doing it again after a crash sends the same Message-ID

    Raises Unreachable (try again later), Rejected (never will be taken).
    """
    if not rules.is_address(to):
        raise Rejected("this is not a mail address")
    mailer().send(Email(to, subject, text, key))


def mailer() -> Mailer:
    """Return the way out for mail that is in use."""
    if not settings.MAIL_HOST:
        return MaildirMailer(settings.VAR / "mail", _written)
    return SmtpMailer(
        host=settings.MAIL_HOST,
        port=settings.MAIL_PORT,
        security=settings.MAIL_SECURITY,
        written=_written,
        user=settings.MAIL_USER,
        password=settings.MAIL_PASSWORD,
        ca_file=settings.MAIL_CA_FILE,
        timeout_s=settings.MAIL_TIMEOUT_SECONDS,
    )


def in_use() -> StrOrPromise:
    """Say in words which way out is in use."""
    return mailer().in_use()


def check() -> list[StrOrPromise]:
    """Say what is wrong with it; [] if well."""
    return mailer().check()


def send_text(*, to: str, template: str, words: Mapping[str, str], key: str) -> None:
    """Hand one text message over; call it from a job with atomic=False, for it may take seconds.

    to         a mobile number of 11 figures
    template   "code" (words: code, minutes) or "notice" (words: title); each word is cut to what a template takes

    Raises Unreachable (try again later; none is in use), Rejected (never will be taken).
    """
    sender = text_sender()
    if sender is None:
        raise Unreachable("no SMS provider is in use")
    if not rules.is_mobile(to):
        raise Rejected("this is no mobile number")
    fitting = {name: rules.fit_for_template(word) for name, word in words.items()}
    sender.send(TextMessage(to, template, fitting, key))


def text_sender() -> TextSender | None:
    """Return the SMS provider that is in use; None for none."""
    file = settings.SMS_ALIYUN
    return AliyunSms(file, settings.SMS_TIMEOUT_SECONDS) if file else None


def texts_can_be_sent() -> bool:
    """Say whether people can be offered codes and notices on their phone."""
    return text_sender() is not None


def text_outbox() -> str:
    """Return where a demonstration's text messages can be read; "" where they are real, or none are sent."""
    sender = text_sender()
    try:
        return sender.outbox() if sender else ""
    except Unreachable:
        return ""


def texts_in_use() -> StrOrPromise:
    """Say in words which SMS provider is in use."""
    sender = text_sender()
    if sender is None:
        return _("None: no codes or notices go to phones. To send text messages, name an account with SMS_ALIYUN.")
    return sender.in_use()


def check_texts() -> list[StrOrPromise]:
    """Say what is wrong with it; [] if well, or none is in use."""
    sender = text_sender()
    return sender.check() if sender else []


def _written(email: Email) -> EmailMessage:
    return rules.compose(
        sender=settings.MAIL_FROM,
        sender_name=settings.UI_CITY,
        to=email.to,
        subject=email.subject,
        text=email.text,
        key=email.key,
        at=clock.now(),
    )
