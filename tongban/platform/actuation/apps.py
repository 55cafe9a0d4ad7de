from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module
from tongban.infrastructure.kernel.module import MenuEntry, Setting


class Actuation(module.Module):
    """Commands to things 远程控制: asked for, interlocked, approved by another human, released by themselves."""

    name = "tongban.platform.actuation"
    title = pgettext_lazy("actuation", "Remote control")
    duties = {
        "actuation.request": _("Ask for commands to devices, and release them"),
        "actuation.approve": _("Approve commands to devices"),
        "actuation.approve_critical": _("Approve commands that people depend on, such as cutting power"),
        "actuation.steward": _("Look after devices that can be commanded"),
    }
    menu = {
        "desk": [
            MenuEntry(
                "actuation:commands",
                pgettext_lazy("actuation", "Remote control"),
                "",
                _("Ask for commands to devices, approve them, release them at once"),
                group="city",
            ),
        ],
    }
    settings = {
        "ACTUATION_KINDS_FILE": Setting(
            "", "a file with the city's own dated kinds of devices; empty for those shipped"
        ),
        "ACTUATION_TASKING": Setting(
            "", "a JSON file with the account at a SensorThings Tasking server: url, and token where it wants one"
        ),
        "ACTUATION_TIMEOUT_SECONDS": Setting(5, "how long a device may take to answer a call"),
    }
