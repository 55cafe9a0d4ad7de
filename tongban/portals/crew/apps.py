from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import portals


class Crew(portals.Portal):
    """For people in the field, on a phone."""

    name = "tongban.portals.crew"
    title = _("Field work")
    prefix = "crew/"
    start = "cases:tasks"
    base = "ui/outdoors.html"
