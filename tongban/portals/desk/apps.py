from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import portals


class Desk(portals.Portal):
    """For officials."""

    name = "tongban.portals.desk"
    title = _("Desk")
    prefix = "desk/"
    open = True
    start = "cases:inbox"
