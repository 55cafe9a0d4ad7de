from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Assurance(module.Module):
    """How sure the city is that somebody is who they say: registration, levels with their evidence, stepping up."""

    name = "tongban.platform.assurance"
    title = _("Identity assurance")
    duties = {"assurance.confirm": _("Confirm at the window who somebody is")}
    citywide_duties = frozenset(duties)
    links = {
        "assurance": "hall:assurance:mine",
        "register_account": "hall:assurance:register",
        "phone": "hall:assurance:phone",
    }
    menu = {
        "hall": [module.MenuEntry("assurance:mine", _("My identity"), group="mine")],
        "counter": [
            module.MenuEntry("assurance:confirm", _("Confirm an identity"), "assurance.confirm", group="people"),
        ],
    }
    settings = {
        "ASSURANCE_CODE_MINUTES": module.Setting(15, "how long a code to a mail address or a phone works"),
        "ASSURANCE_MAX_CODE_TRIES": module.Setting(5, "how many wrong codes one of them takes"),
        "ASSURANCE_VERIFIER_URL": module.Setting("", "address of the real-person verification service; empty for none"),
        "ASSURANCE_VERIFIER_SECRET": module.Setting("", "secret that this service and the house share"),
        "ASSURANCE_REAL_PERSON_DAYS": module.Setting(365, "how long a real-person verification counts"),
        "ASSURANCE_DELETE_DAYS": module.Setting(30, "after how many days what the verifier said is deleted"),
        "ASSURANCE_RECOVERY_HOURS": module.Setting(72, "how long a recovery waits, so that its owner can stop it"),
        "ASSURANCE_CLOSING_DAYS": module.Setting(7, "how long an account that is being closed can still be kept"),
    }
