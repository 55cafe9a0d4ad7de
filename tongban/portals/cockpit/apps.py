from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import portals


class CockpitPortal(portals.Portal):
    """For the officer on duty, and for a wall that a room looks at."""

    name = "tongban.portals.cockpit"
    title = _("Duty cockpit")
    prefix = "cockpit/"
    base = "cockpit/dark.html"
