from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Transport(module.Module):
    """The ways out of the house: mail by SMTP, or into a local mailbox where no mail server is named; text messages."""

    name = "tongban.infrastructure.transport"
    title = _("Connections")
    duties = {"transport.read": _("See which external systems are connected and whether they respond")}
    citywide_duties = frozenset({"transport.read"})
    menu = {
        "desk": [
            module.MenuEntry(
                "transport:connections",
                _("Connections"),
                "transport.read",
                _("Which external systems are in use and whether they respond"),
                group="system",
            )
        ]
    }
    settings = {
        "MAIL_HOST": module.Setting(
            "",
            "name of the mail server; empty: mail is written to `VAR/mail`. The page 外部连接 says which is in use",
        ),
        "MAIL_PORT": module.Setting(587, "port of the mail server"),
        "MAIL_SECURITY": module.Setting(
            "starttls", "`starttls`, `tls`, or `none` (only towards a server on the same machine)"
        ),
        "MAIL_USER": module.Setting("", "name to sign in with; empty for none"),
        "MAIL_PASSWORD": module.Setting("", "password to sign in with"),
        "MAIL_FROM": module.Setting("noreply@localhost", "address of the sender"),
        "MAIL_CA_FILE": module.Setting("", "certificates to trust instead of the system's"),
        "MAIL_TIMEOUT_SECONDS": module.Setting(10.0, "how long the mail server may take"),
        "SMS_ALIYUN": module.Setting(
            "",
            "a JSON file, readable by the house alone, with the account at Alibaba Cloud SMS (阿里云短信服务): `url`, "
            "`access_key_id`, `access_key_secret`, `sign_name`, `templates` (`code` with places code and minutes, "
            "`notice` with place title); empty: no text messages. A demonstration that `make run` starts has a local "
            "counterpart instead",
        ),
        "SMS_TIMEOUT_SECONDS": module.Setting(6.0, "how long the answer of the SMS provider may take"),
    }
