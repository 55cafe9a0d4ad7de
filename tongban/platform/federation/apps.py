from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Federation(module.Module):
    """Other systems let people sign in here: OpenID Connect, with the person's agreement for each."""

    name = "tongban.platform.federation"
    title = _("Single sign-on")
    duties = {"federation.manage": _("Admit other systems to single sign-on")}
    citywide_duties = frozenset(duties)
    menu = {
        "hall": [module.MenuEntry("federation:consents", _("Systems I sign in to"), group="mine")],
        "desk": [
            module.MenuEntry(
                "federation:clients",
                _("Single sign-on"),
                "federation.manage",
                _("Admit other systems, and shut them out"),
                group="system",
            )
        ],
    }
    settings = {
        "FEDERATION_CODE_SECONDS": module.Setting(60, "how long an authorisation code works"),
        "FEDERATION_PUSHED_SECONDS": module.Setting(90, "how long a pushed request works"),
        "FEDERATION_TOKEN_SECONDS": module.Setting(600, "how long an access token and an ID token are good"),
        "FEDERATION_REFRESH_DAYS": module.Setting(30, "how long a refresh token is good; each is good once"),
    }
