from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class City(module.Module):
    """The city this installation serves: its departments, people and services, set up once and kept up to date."""

    name = "tongban.city"
    title = _("City")
