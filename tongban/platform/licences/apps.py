from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Licences(module.Module):
    """E-licences: issue, find, verify."""

    name = "tongban.platform.licences"
    title = _("Licences")
