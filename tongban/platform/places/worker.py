"""What only the worker loads: drawing tiles, by mapbox-vector-tile and shapely."""

from tongban.platform.places import drawing, ports

ports.DRAWERS.register(ports.VECTOR, drawing.tiles_in)
