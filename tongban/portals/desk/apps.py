from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import portals


class DeskPortal(portals.Portal):
    """For officials."""

    name = "tongban.portals.desk"
    title = _("Desk")
    prefix = "desk/"
    open = True
    start = "workflow:todo"
    # Rooms to come name these; a group without a line is not shown.
    groups = (
        portals.Group("work", pgettext_lazy("menu", "My work"), "tray"),
        portals.Group("cases", pgettext_lazy("menu", "Cases and licences"), "folder"),
        portals.Group("people", pgettext_lazy("menu", "Look-ups and data"), "search"),
        portals.Group("voice", pgettext_lazy("menu", "Public requests"), "bubble"),
        portals.Group("field", pgettext_lazy("menu", "Inspection and enforcement"), "pin"),
        portals.Group("city", pgettext_lazy("menu", "Running the city"), "building"),
        portals.Group("office", pgettext_lazy("menu", "Office"), "bag"),
        portals.Group("money", pgettext_lazy("menu", "Fees and money"), "money"),
        portals.Group("figures", pgettext_lazy("menu", "Supervision and figures"), "chart"),
        portals.Group("services", pgettext_lazy("menu", "Services and rules"), "book"),
        portals.Group("system", pgettext_lazy("menu", "Administration"), "sliders"),
    )
