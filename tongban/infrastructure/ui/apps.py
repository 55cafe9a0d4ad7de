from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Ui(module.Module):
    """The design system."""

    name = "tongban.infrastructure.ui"
    title = _("Ui")
