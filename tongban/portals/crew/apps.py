from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Crew(module.Module):
    """For people in the field, on a phone."""

    name = "tongban.portals.crew"
    title = _("Crew")
