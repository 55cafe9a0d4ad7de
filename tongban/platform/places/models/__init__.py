"""The areas of the city, where addresses lie, the halls to go to, and what a map shows."""

from tongban.platform.places.models.areas import AddressPosition, Area, Hall
from tongban.platform.places.models.mapping import Feature, FeatureQuerySet, Layer, Tile

__all__ = ["AddressPosition", "Area", "Feature", "FeatureQuerySet", "Hall", "Layer", "Tile"]
