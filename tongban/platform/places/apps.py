from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Places(module.Module):
    """Areas of the city."""

    name = "tongban.platform.places"
    title = _("Areas")
