from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module, portals


class Hall(portals.Portal):
    """For people and businesses."""

    name = "tongban.portals.hall"
    title = _("Service hall")
    audience = "people"
    base = "hall/base.html"
    menu = {"hall": [module.MenuEntry("help", _("Help"), None)]}
