from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Linking(module.Module):
    """Signing in with an account elsewhere: the national government service platform, WeChat."""

    name = "tongban.platform.linking"
    title = _("Accounts elsewhere")
    links = {"linked_accounts": "hall:linking:mine"}
    menu = {"hall": [module.MenuEntry("linking:mine", _("Accounts elsewhere"), group="mine")]}
    settings = {
        "LINKING_NATIONAL": module.Setting(
            "", "file (JSON) with the addresses, client_id and client_secret of the national platform"
        ),
        "LINKING_WECHAT": module.Setting("", "file (JSON) with appid and secret of the site at WeChat's open platform"),
        "LINKING_SECONDS": module.Setting(600, "how long somebody may take to sign in elsewhere"),
    }
