from django.urls import path

from tongban.infrastructure.ui.views import routes
from tongban.portals.hall import pages

app_name = "hall"
urlpatterns = [
    path("", pages.start, name="start"),
    path("mine/", pages.mine, name="mine"),
    path("help/", pages.help_, name="help"),
    path("help/halls/", pages.halls, name="halls"),
    path("help/accessibility/", pages.statement, {"key": "accessibility"}, name="accessibility"),
    path("help/privacy/", pages.statement, {"key": "privacy"}, name="privacy"),
    path("help/map/", pages.site_map, name="map"),
    *routes("hall"),
]
