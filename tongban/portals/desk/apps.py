from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Desk(module.Module):
    """For officials."""

    name = "tongban.portals.desk"
    title = _("Desk")
