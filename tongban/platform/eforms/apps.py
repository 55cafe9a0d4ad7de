from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Eforms(module.Module):
    """Forms as data, and answers to them."""

    name = "tongban.platform.eforms"
    title = _("Forms")
