from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import portals


class CrewPortal(portals.Portal):
    """For people in the field, on a phone."""

    name = "tongban.portals.crew"
    title = _("Field work")
    prefix = "crew/"
    start = "workflow:todo"
    base = "ui/outdoors.html"
    groups = (
        portals.Group("work", pgettext_lazy("menu", "My tasks"), "tray"),
        portals.Group("city", pgettext_lazy("menu", "In the field"), "pin"),
    )
