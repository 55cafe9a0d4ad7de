from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Deadlines(module.Module):
    """Time limits of any matter: the last day, what is not counted, the light that supervision sees."""

    name = "tongban.platform.deadlines"
    title = _("Time limits")
