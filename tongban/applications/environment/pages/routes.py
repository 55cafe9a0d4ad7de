from django.urls import path

from tongban.applications.environment.pages.air import air, air_desk, station, station_desk
from tongban.applications.environment.pages.handling import ask, exceedance, sample
from tongban.applications.environment.pages.registering import add_limit, add_point, add_source
from tongban.applications.environment.pages.watching import point, region, source, sources, water

hall = [
    path("", air, name="air"),
    path("stations/<uuid:uid>/", station, name="station"),
]
desk = [
    path("", region, name="region"),
    path("air/", air_desk, name="air"),
    path("air/<uuid:uid>/", station_desk, name="station"),
    path("water/", water, name="water"),
    path("sources/", sources, name="sources"),
    path("sources/new/", add_source, name="add_source"),
    path("sources/<uuid:uid>/", source, name="source"),
    path("sources/<uuid:uid>/points/", add_point, name="add_point"),
    path("points/<uuid:uid>/", point, name="point"),
    path("points/<uuid:uid>/ask/", ask, name="ask"),
    path("points/<uuid:uid>/limits/", add_limit, name="add_limit"),
    path("samples/<uuid:uid>/", sample, name="sample"),
    path("exceedances/<uuid:uid>/", exceedance, name="exceedance"),
]
