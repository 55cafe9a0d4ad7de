from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Codes(module.Module):
    """Code lists and dated tables."""

    name = "tongban.platform.codes"
    title = _("Code lists")
