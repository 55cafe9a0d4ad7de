from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module
from tongban.infrastructure.kernel.module import MenuEntry


class Oversight(module.Module):
    """E-supervision 电子监察: cards by dated rules, questions to departments, figures, how cases really go."""

    name = "tongban.applications.oversight"
    title = _("E-supervision")
    duties = {
        "oversight.answer": _("Answer supervision cards and supervision orders"),
        "oversight.supervise": _("Supervise departments"),
    }
    menu = {
        "hall": [MenuEntry("oversight:figures", _("Supervision figures"), None, group="open")],
        "desk": [
            MenuEntry("oversight:cards", _("Our supervision cards"), "oversight.answer", group="figures"),
            MenuEntry("oversight:orders", _("Our supervision orders"), "oversight.answer", group="figures"),
            MenuEntry("oversight:supervision", _("Supervision"), "oversight.supervise", group="figures"),
        ],
    }
    settings = {
        "OVERSIGHT_RULES_FILE": module.Setting(
            "", "a file with the city's own dated rules of supervision; empty for those shipped"
        ),
    }
