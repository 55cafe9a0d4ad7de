from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Places(module.Module):
    """Areas of the city with their codes, the halls to go to, and the map."""

    name = "tongban.platform.places"
    title = _("Areas")
    duties = {"places.manage": _("Import areas and maps from official sources")}
    citywide_duties = frozenset({"places.manage"})
    links = {"map_style": "places:style"}
    worker_only = frozenset({"mapbox_vector_tile", "shapely"})
