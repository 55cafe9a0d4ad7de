from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Personcode(module.Module):
    """One person, one code (一人一码): a QR code that is good for a minute and says nothing of whoever shows it."""

    name = "tongban.platform.personcode"
    title = _("Person code")
    duties = {"personcode.scan": _("Scan the codes that people show")}
    citywide_duties = frozenset(duties)
    links = {"person_code": "hall:personcode:mine"}
    menu = {
        "hall": [module.MenuEntry("personcode:mine", _("My code"), group="mine")],
        "counter": [module.MenuEntry("personcode:scan", _("Scan a code"), "personcode.scan", group="people")],
    }
    settings = {
        "PERSONCODE_SECONDS": module.Setting(60, "how long a person's code is good"),
        "PERSONCODE_SHOWN_SECONDS": module.Setting(50, "after how many seconds an open page fetches the next code"),
    }
