from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Cases(module.Module):
    """Matters people bring to the city, from submission to decision."""

    name = "tongban.platform.cases"
    title = _("Cases")
