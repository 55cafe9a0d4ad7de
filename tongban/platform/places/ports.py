"""Who draws the tiles of the base map: a library that only the worker carries."""

from collections.abc import Callable, Iterator, Sequence

from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.places.models import Feature

# (features of a square, zoom, column, row of the square) -> (zoom, column, row, tile) of all that lie in it
TileDrawer = Callable[[Sequence[Feature], int, int, int], Iterator[tuple[int, int, int, bytes]]]

VECTOR = "vector"
DRAWERS: Registry[TileDrawer] = Registry("drawer of tiles")
