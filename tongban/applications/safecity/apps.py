from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module
from tongban.infrastructure.kernel.module import MenuEntry, Setting


class Safecity(module.Module):
    """Public safety 智慧安防: patrols, cameras, devices and alarms in one picture. It recognises nobody."""

    name = "tongban.applications.safecity"
    title = pgettext_lazy("safecity", "Public safety")
    duties = {
        "safecity.read": _("See cameras, devices and patrols"),
        "safecity.manage": _("Register cameras and devices, and plan patrols"),
        "safecity.patrol": _("Patrol, and check in at checkpoints"),
        "safecity.respond": _("See to alarms, confirm those from other systems, and send somebody"),
        "safecity.ask_video": _("Ask to see through a camera"),
        "safecity.approve_video": _("Decide who may see through a camera"),
        "safecity.supervise": _("Read who saw through which camera"),
        "safecity.outside": _("Propose and approve systems outside that may send alarms"),
        "safecity.send_alarm": _("Send alarms as a system outside"),
        "safecity.correct": _("Propose orders of positions in community corrections, and read positions"),
        "safecity.approve_correction": _("Approve orders of positions in community corrections"),
        "safecity.send_position": _("Send positions of approved devices"),
    }
    menu = {
        "hall": [
            MenuEntry("safecity:cameras", _("Cameras in public places"), None, group="open"),
            MenuEntry("safecity:orders", _("My positions in community corrections"), group="mine"),
        ],
        "desk": [
            MenuEntry("safecity:picture", pgettext_lazy("safecity", "Public safety"), "safecity.read", group="city"),
            MenuEntry("safecity:alarms", _("Safety alarms"), "safecity.respond", group="city"),
            MenuEntry("safecity:shifts", pgettext_lazy("safecity", "Patrols"), "safecity.read", group="city"),
            MenuEntry("safecity:cameras", _("Cameras and devices"), "safecity.read", group="city"),
            MenuEntry("safecity:videos", _("Video on request"), group="city"),
            MenuEntry("safecity:sources", _("Outside alarms"), "safecity.outside", group="city"),
            MenuEntry("safecity:corrections", _("Community corrections"), group="city"),
        ],
        "crew": [MenuEntry("safecity:mine", _("My patrols"), "safecity.patrol", group="city")],
    }
    settings = {
        "SAFECITY_TERMS_FILE": Setting("", "a file with the city's own dated terms of public safety"),
        "SAFECITY_METHODS_FILE": Setting("", "a file with the city's own dated names of alarms of GB/T 28181"),
        "SAFECITY_GB28181_HOST": Setting("127.0.0.1", "address at which `manage.py gb28181` listens, UDP and TCP"),
        "SAFECITY_GB28181_PORT": Setting(5060, "port at which `manage.py gb28181` listens to devices"),
        "SAFECITY_GB28181_NUMBER": Setting("99010000002000000001", "the 20 figures of this platform, for devices"),
        "SAFECITY_GB28181_PASSWORD": Setting("", "password of devices that have none of their own; none without it"),
    }
