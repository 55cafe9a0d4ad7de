from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import portals


class CounterPortal(portals.Portal):
    """For window clerks."""

    name = "tongban.portals.counter"
    title = _("Counter")
    prefix = "counter/"
    start = "workflow:todo"
    groups = (
        portals.Group("work", pgettext_lazy("menu", "At the window"), "tray"),
        portals.Group("people", pgettext_lazy("menu", "People and organisations"), "people"),
    )
