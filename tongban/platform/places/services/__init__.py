"""The verbs of places: loading areas and halls, naming them, and drawing the map."""

from tongban.platform.places.services.areas import (
    Loaded,
    choices,
    extent_of,
    full_name_of,
    full_names_of,
    halls,
    load,
    name_of,
    names_around,
    position_of,
)
from tongban.platform.places.services.mapping import (
    BrokenFeature,
    Drawn,
    LayerPlan,
    areas_holding,
    draw,
    keep_tiles,
    shown_at,
    take_over_layer,
)

__all__ = [
    "BrokenFeature",
    "Drawn",
    "LayerPlan",
    "Loaded",
    "areas_holding",
    "choices",
    "draw",
    "extent_of",
    "full_name_of",
    "full_names_of",
    "halls",
    "keep_tiles",
    "load",
    "name_of",
    "names_around",
    "position_of",
    "shown_at",
    "take_over_layer",
]
