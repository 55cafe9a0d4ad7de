from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Hall(module.Module):
    """For people and businesses."""

    name = "tongban.portals.hall"
    title = _("Hall")
    menu = {"hall": [module.Entry("help", _("Help"), None)]}
