from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Seals(module.Module):
    """Electronic seals on documents."""

    name = "tongban.platform.seals"
    title = _("Seals")
    worker_only = frozenset({"pyhanko", "pyhanko_certvalidator", "aiohttp"})
    duties = {
        "seals.apply": _("Apply the department's electronic seals"),
        "seals.manage": _("Manage electronic seals"),
    }
    menu = {
        "desk": [
            module.MenuEntry(
                "seals:list",
                _("Electronic seals"),
                "seals.manage",
                _("Create and suspend seals, and see what they were used for"),
                group="system",
            )
        ]
    }
    settings = {
        "SEALS_TSA": module.Setting(
            "",
            "where a time-stamping authority answers by RFC 3161 (`https://tsa.example.cn/tsr`); a demonstration that "
            "`make run` starts has one of its own. Without, seals carry this machine's time only; with, nothing is "
            "sealed while it is away. The page 外部连接 tries it",
        ),
        "SEALS_TSA_ROOTS": module.Setting(
            "",
            "a PEM file with the certificates that its own rests on; leave old ones in when you change to another",
        ),
        "SEALS_TSA_USER": module.Setting("", "name to sign in with there; empty for none"),
        "SEALS_TSA_PASSWORD": module.Setting("", "password to sign in with there"),
        "SEALS_TSA_CA_FILE": module.Setting("", "certificates that its web server's rests on, instead of the system's"),
        "SEALS_TSA_SECONDS": module.Setting(10.0, "how long its answer may take"),
    }
