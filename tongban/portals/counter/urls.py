from django.urls import path

from tongban.infrastructure.ui.views import routes
from tongban.portals.counter import pages

app_name = "counter"
urlpatterns = [path("", pages.start, name="start"), *routes("counter")]
