from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Permits(module.Module):
    """Permits and entitlements whose result is a licence or a decision."""

    name = "tongban.applications.permits"
    title = _("Permits")
