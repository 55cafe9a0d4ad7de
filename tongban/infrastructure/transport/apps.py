from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Transport(module.Module):
    """The ways out of the house: mail by SMTP, or into a local mailbox where no mail server is named."""

    name = "tongban.infrastructure.transport"
    title = _("Connections")
    duties = {"transport.read": _("See which foreign systems are connected, and whether they answer")}
    house_duties = frozenset({"transport.read"})
    menu = {
        "desk": [
            module.Entry(
                "transport:connections",
                _("Connections"),
                "transport.read",
                _("Which outside systems are in use, and whether they answer"),
            )
        ]
    }
    settings = {
        "MAIL_HOST": "",  # name of the mail server; empty: letters are written to VAR/mail
        "MAIL_PORT": 587,
        "MAIL_SECURITY": "starttls",  # starttls, tls, or none (only towards a server on the same machine)
        "MAIL_USER": "",
        "MAIL_PASSWORD": "",
        "MAIL_FROM": "noreply@localhost",
        "MAIL_CA_FILE": "",  # certificates to trust instead of the system's
        "MAIL_TIMEOUT_SECONDS": 10.0,
    }
