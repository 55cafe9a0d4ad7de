from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Gateway(module.Module):
    """For machines."""

    name = "tongban.portals.gateway"
    title = _("Gateway")
