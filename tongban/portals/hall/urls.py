from django.urls import path

from tongban.infrastructure.ui.doors import routes
from tongban.portals.hall import pages

app_name = "hall"
urlpatterns = [path("", pages.start, name="start"), path("mine/", pages.mine, name="mine"), *routes("hall")]
