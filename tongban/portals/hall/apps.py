from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module, portals


class HallPortal(portals.Portal):
    """For people and businesses."""

    name = "tongban.portals.hall"
    title = _("Service hall")
    audience = "people"
    base = "hall/base.html"
    groups = (
        portals.Group("services", pgettext_lazy("menu", "Services"), "folder"),
        portals.Group("mine", pgettext_lazy("menu", "Mine"), "person"),
        portals.Group("voice", pgettext_lazy("menu", "Have your say"), "bubble"),
        portals.Group("city", pgettext_lazy("menu", "Living in the city"), "building"),
        portals.Group("open", pgettext_lazy("menu", "Open government"), "chart"),
        portals.Group("help", pgettext_lazy("menu", "Help"), "phone"),
    )
    menu = {"hall": [module.MenuEntry("help", _("Help"), None, group="help")]}
