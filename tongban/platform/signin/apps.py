from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Signin(module.Module):
    """Second factors: authenticator apps, passkeys, recovery codes; and what tells their owner of them."""

    name = "tongban.platform.signin"
    title = _("Ways of signing in")
    duties = {"signin.reset": _("Remove the second factor of somebody who lost it")}
    citywide_duties = frozenset(duties)
    joint_duties = frozenset(duties)
    links = {"passkey_sign_in": "hall:signin:passkey", "factors": "hall:signin:factors"}
    menu = {
        "hall": [module.MenuEntry("signin:factors", _("Ways of signing in"), group="mine")],
        "desk": [
            module.MenuEntry(
                "signin:lost",
                _("Lost second factors"),
                "signin.reset",
                _("Remove a second factor whose owner has lost it"),
                group="system",
            )
        ],
    }
    settings = {
        "SIGNIN_STAFF_SECOND_FACTOR": module.Setting(
            True, "whether every official needs a second factor; a demonstration (TONGBAN_DEMO) never asks for one"
        ),
        "SIGNIN_RECOVERY_CODES": module.Setting(10, "how many one-time recovery codes are made at once"),
        "SIGNIN_MAX_PASSKEYS": module.Setting(10, "how many passkeys one account may have"),
    }
