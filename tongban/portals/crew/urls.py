from django.urls import path

from tongban.infrastructure.ui.views import routes
from tongban.portals.crew import pages

app_name = "crew"
urlpatterns = [path("", pages.start, name="start"), *routes("crew")]
