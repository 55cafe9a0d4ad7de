from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Places(module.Module):
    """Areas of the city, with their codes and the time for which they are valid."""

    name = "tongban.platform.places"
    title = _("Areas")
    duties = {"places.manage": _("Import areas from an official table")}
    citywide_duties = frozenset({"places.manage"})
