from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Catalogue(module.Module):
    """The services the city offers."""

    name = "tongban.platform.catalogue"
    title = _("Services")
