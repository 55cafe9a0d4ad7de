from django.urls import path

from tongban.infrastructure.ui.views import routes
from tongban.portals.desk import pages

app_name = "desk"
urlpatterns = [path("", pages.start, name="start"), *routes("desk")]
