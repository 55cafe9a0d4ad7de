"""Send mail, by whatever way out this installation has."""

from email.message import EmailMessage

from django.conf import settings

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.transport import rules
from tongban.infrastructure.transport.adapters.maildir import MaildirMailer
from tongban.infrastructure.transport.adapters.smtp import SmtpMailer
from tongban.infrastructure.transport.ports import Email, Mailer, Rejected


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
