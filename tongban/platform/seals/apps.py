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
