"""A mail server, spoken to by SMTP (RFC 5321), with STARTTLS or TLS and a sign-in where it asks for one."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.transport.adapters.composing import Compose
from tongban.infrastructure.transport.ports import Email, Rejected, Unreachable

Security = Literal["starttls", "tls", "none"]
PERMANENT = 500


@dataclass(frozen=True)
class SmtpMailer:
    """One mail server.

    ca_file   certificates to trust, "" for the system's
    """

    host: str
    port: int
    security: Security
    written: Compose
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    timeout_s: float = 10.0

    def in_use(self) -> StrOrPromise:
        return _("The mail server %(host)s, port %(port)s (%(security)s).") % {
            "host": self.host,
            "port": self.port,
            "security": self.security,
        }

    def send(self, email: Email) -> None:
        message = self.written(email)
        with self._open() as server:
            server.send_message(message)

    def check(self) -> list[StrOrPromise]:
        """Greet, secure and sign in, as for an e-mail, then leave."""
        if self.security not in ("starttls", "tls", "none"):
            return [_("MAIL_SECURITY must be starttls, tls or none.")]
        try:
            with self._open() as server:
                server.noop()
        except (Unreachable, Rejected) as error:
            return [str(error)]
        return []

    @contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        """Give a connection that is ready for e-mails; say whether what goes wrong on it is for now or for good.

        Only the recipient and the e-mail itself can be refused for good. A refused sender or password is a fault of
        the settings: someone mends it, and no e-mail must be lost meanwhile.
        """
        server = None
        try:
            server = self._connected()
            if self.security == "starttls":
                server.starttls(context=self._trust())
            if self.user:
                server.login(self.user, self.password)
            yield server
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise self._failure(code, text) from error
        except smtplib.SMTPDataError as error:
            raise self._failure(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPResponseException as error:
            raise Unreachable(f"{self.host} answers {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"{self.host}:{self.port} does not answer: {error}") from error
        finally:
            if server:
                _leave(server)

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=self._trust())
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file or None)

    def _failure(self, code: int, text: bytes | str) -> Exception:
        words = text.decode(errors="replace") if isinstance(text, bytes) else text
        kind = Rejected if code >= PERMANENT else Unreachable
        return kind(f"{self.host} answers {code} {words}"[:300])


def _leave(server: smtplib.SMTP) -> None:
    # Once an e-mail is taken, whatever happens while saying goodbye must not make it look undelivered.
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()
