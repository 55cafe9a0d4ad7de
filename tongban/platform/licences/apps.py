from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Licences(module.Module):
    """E-licences: issued under a GB/T 36904 identifier, sealed, and open to anyone's check."""

    name = "tongban.platform.licences"
    title = _("Licences")
    duties = {
        "licences.issue": _("Issue licences"),
        "licences.record": _("Record licences of other issuers"),
        "licences.read": _("Read the licence register for a stated purpose"),
        "licences.define": _("Define the types of licences"),
        "licences.manage": _("Suspend, resume, change, replace, revoke and cancel licences"),
    }
    citywide_duties = frozenset({"licences.define"})
    links = {"my_licences": "hall:licences:mine"}
    settings = {
        "LICENCES_CHECKS_RECORDED_INDIVIDUALLY": module.Setting(
            5,
            "public checks of one licence from one place: so many have a fact each, the others are counted and "
            "recorded once a minute",
        ),
        "LICENCES_CHECKS_FORGET_SECONDS": module.Setting(3600, "within which time such checks are counted"),
    }
    menu = {
        "hall": [
            module.MenuEntry("licences:mine", _("My licences"), group="mine"),
            module.MenuEntry("licences:verify", _("Verify a licence"), None, group="services"),
        ],
        "desk": [module.MenuEntry("licences:register", _("Licence register"), "licences.read", group="cases")],
    }
