from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import portals


class GatewayPortal(portals.Portal):
    """For machines."""

    name = "tongban.portals.gateway"
    title = _("Gateway")
    prefix = "api/"
    audience = "machines"
