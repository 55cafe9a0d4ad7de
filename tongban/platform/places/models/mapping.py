"""What a map shows: layers of features, and the tiles that are drawn of them."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import ids
from tongban.platform.places.rules import shapes
from tongban.platform.places.rules.coordinates import CGCS2000, SYSTEMS, converted


class LayerQuerySet(models.QuerySet["Layer"]):
    def public(self) -> Self:
        """Return those that everybody may see; the others are for the rooms that ask what lies where."""
        return self.filter(is_public=True)

    def in_order(self) -> Self:
        return self.order_by("order", "key")

    def drawn(self) -> Self:
        """Return those that the base map is drawn of."""
        return self.public().filter(is_base=True).order_by("order", "key")


class Layer(models.Model):
    """Features of one kind, taken over together 图层: roads, water, grid cells, components.

    source     who measured it; credit: the words its licence asks to be shown on every map
    system     the system its positions were given in; they are kept as given and converted to be shown
    is_base    it belongs to the base map, of which tiles are drawn
    reach      west, south, east, north of all its features; middle: longitude and latitude where most lie; [] none
    """

    key = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=80)
    english = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=200)
    credit = models.CharField(max_length=200, blank=True)
    system = models.CharField(max_length=8, choices=[(system, system) for system in SYSTEMS])
    is_public = models.BooleanField(default=True)
    is_base = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)
    reach = models.JSONField(default=list)
    middle = models.JSONField(default=list)

    objects = LayerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(source="") & Q(system__in=SYSTEMS), name="places_layer_has_source")
        ]

    def __str__(self) -> str:
        return self.title


class FeatureQuerySet(models.QuerySet["Feature"]):
    def of(self, *layers: str) -> Self:
        return self.filter(layer__key__in=layers)

    def valid(self, *, on: date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on)

    def in_box(self, box: shapes.Box) -> Self:
        """Return what reaches into a box: west, south, east, north."""
        west, south, east, north = box
        squares = shapes.squares_over(box)
        under = Q(square__in=shapes.around(squares))
        for square in squares:
            under |= Q(square__gte=square, square__lt=f"{square}4")
        return self.filter(under, west__lte=east, east__gte=west, south__lte=north, north__gte=south)

    def holding(self, longitude: float, latitude: float) -> "list[Feature]":
        """Return the areas that hold a position in CGCS2000, the smallest first."""
        found = self.select_related("layer").in_box((longitude, latitude, longitude, latitude))
        inside = [feature for feature in found if feature.holds(longitude, latitude)]
        return sorted(inside, key=lambda feature: (feature.east - feature.west) * (feature.north - feature.south))

    def nearest(self, longitude: float, latitude: float, *, within_metres: float) -> "list[tuple[float, Feature]]":
        """Return what lies no farther than this, as (metres, feature), the nearest first."""
        over, up = within_metres / METRES_OF_A_DEGREE / 0.5, within_metres / METRES_OF_A_DEGREE
        box = longitude - over, latitude - up, longitude + over, latitude + up
        found = [(one.metres_to(longitude, latitude), one) for one in self.select_related("layer").in_box(box)]
        return sorted((pair for pair in found if pair[0] <= within_metres), key=lambda pair: (pair[0], pair[1].pk))

    def after(self, key: str) -> Self:
        """Return what comes behind a key, in the order of keys."""
        return self.filter(key__gt=key).order_by("key") if key else self.order_by("key")


# Of latitude; of longitude a degree is half as long at 60 degrees north, farther than any city of the country.
METRES_OF_A_DEGREE = 111_195.0


class Feature(models.Model):
    """One thing on the map 地物: a road, a lake, a grid cell, a component.

    key          what its source calls it
    geometry     GeoJSON (RFC 7946), in the system of its layer
    square       the smallest square of the quartered map that holds it; see `rules.shapes`
    west … north how far it reaches, in degrees of CGCS2000, as squares are
    properties   what else its source says of it
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="features")
    key = models.CharField(max_length=80)
    name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    geometry = models.JSONField()
    square = models.CharField(max_length=shapes.MAX_DEPTH, blank=True)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    properties = models.JSONField(default=dict)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    objects = FeatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "key"], name="places_feature_once"),
            models.CheckConstraint(
                condition=Q(west__lte=F("east"), south__lte=F("north"), west__gte=-180, east__lte=180)
                & Q(south__gte=-90, north__lte=90),
                name="places_feature_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="places_feature_dates"
            ),
        ]
        indexes = [models.Index(fields=["layer", "square"], name="places_feature_where")]

    def __str__(self) -> str:
        return self.name or self.key

    @property
    def as_geojson(self) -> dict[str, Any]:
        """Return it as GeoJSON says a feature, in CGCS2000."""
        said = {"name": self.name, "kind": self.kind, **self.properties}
        shape = shapes.converted(self.geometry, was=self.layer.system, wanted=CGCS2000)
        return {"type": "Feature", "id": self.key, "geometry": shape, "properties": said}

    def holds(self, longitude: float, latitude: float) -> bool:
        """Say whether it is an area that holds a position in CGCS2000."""
        return shapes.holds(self.geometry, self._as_given(longitude, latitude))

    def metres_to(self, longitude: float, latitude: float) -> float:
        """Return how far a position in CGCS2000 lies from it; 0 within."""
        return shapes.metres_to(self.geometry, self._as_given(longitude, latitude))

    def _as_given(self, longitude: float, latitude: float) -> tuple[float, float]:
        return converted(longitude, latitude, was=CGCS2000, wanted=self.layer.system)


class TileQuerySet(models.QuerySet["Tile"]):
    def at(self, zoom: int, column: int, row: int) -> "Tile | None":
        return self.filter(zoom=zoom, column=column, row=row).first()


class Tile(models.Model):
    """A square of the base map, drawn ahead: Mapbox Vector Tile 2.1, compressed by gzip."""

    zoom = models.PositiveSmallIntegerField()
    column = models.PositiveIntegerField()
    row = models.PositiveIntegerField()
    data = models.BinaryField()
    etag = models.CharField(max_length=32)

    objects = TileQuerySet.as_manager()

    class Meta:
        verbose_name = _("tile")
        constraints = [models.UniqueConstraint(fields=["zoom", "column", "row"], name="places_tile_once")]

    def __str__(self) -> str:
        return f"{self.zoom}/{self.column}/{self.row}"
