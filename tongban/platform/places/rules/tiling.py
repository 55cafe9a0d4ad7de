"""Which squares of the web's map (zoom, column, row from the north west) a box touches, and where one lies.

Source: OGC Two Dimensional Tile Matrix Set 2.0, WebMercatorQuad.
"""

from collections.abc import Iterator
from math import asinh, atan, degrees, pi, radians, sinh, tan

from tongban.platform.places.rules.shapes import Box

# Nothing is shown nearer the poles: the map would be endless.
MAX_LATITUDE = 85.051_128_78


def tiles_over(box: Box, zoom: int) -> Iterator[tuple[int, int]]:
    """Yield column and row of every tile that a box touches."""
    west, south, east, north = box
    left, top = tile_at(west, north, zoom)
    right, bottom = tile_at(east, south, zoom)
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            yield column, row


def tile_at(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    """Return column and row of the tile that a position lies in."""
    number = 2**zoom
    latitude = min(max(latitude, -MAX_LATITUDE), MAX_LATITUDE)
    column = int((longitude + 180) / 360 * number)
    row = int((1 - asinh(tan(radians(latitude))) / pi) / 2 * number)
    return min(max(column, 0), number - 1), min(max(row, 0), number - 1)


def box_of_tile(zoom: int, column: int, row: int) -> Box:
    """Return where a tile lies: west, south, east, north."""
    number = 2**zoom
    return (
        column / number * 360 - 180,
        degrees(atan(sinh(pi * (1 - 2 * (row + 1) / number)))),
        (column + 1) / number * 360 - 180,
        degrees(atan(sinh(pi * (1 - 2 * row / number)))),
    )
