"""The doors for people: what sources do, for officials; what the air is like, for everybody."""

from tongban.applications.environment.pages.air import air, air_desk, station, station_desk
from tongban.applications.environment.pages.handling import ask, exceedance, sample
from tongban.applications.environment.pages.registering import add_limit, add_point, add_source
from tongban.applications.environment.pages.routes import desk, hall
from tongban.applications.environment.pages.watching import point, region, source, sources, water

__all__ = [
    "add_limit",
    "add_point",
    "add_source",
    "air",
    "air_desk",
    "ask",
    "desk",
    "exceedance",
    "hall",
    "point",
    "region",
    "sample",
    "source",
    "sources",
    "station",
    "station_desk",
    "water",
]
