from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Notices(module.Module):
    """Messages to people."""

    name = "tongban.platform.notices"
    title = _("Notices")
