from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Seals(module.Module):
    """Electronic seals on documents."""

    name = "tongban.platform.seals"
    title = _("Seals")
    duties = {
        "seals.apply": _("Apply the department's electronic seals"),
        "seals.manage": _("Look after electronic seals"),
    }
    menu = {
        "desk": [
            module.Entry(
                "seals:list",
                _("Electronic seals"),
                "seals.manage",
                _("Make and suspend seals, see what they were used for"),
            )
        ]
    }
    settings = {
        "SEALS_TSA": "",  # where a time-stamping authority answers (RFC 3161); empty: seals say this machine's time
        "SEALS_TSA_ROOTS": "",  # a PEM file with certificates that its own rests on
        "SEALS_TSA_USER": "",
        "SEALS_TSA_PASSWORD": "",
        "SEALS_TSA_CA_FILE": "",  # certificates that its web server's rests on, instead of the system's
        "SEALS_TSA_SECONDS": 10.0,
    }
