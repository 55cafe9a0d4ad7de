from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Seals(module.Module):
    """Electronic seals on documents."""

    name = "tongban.platform.seals"
    title = _("Seals")
