from django.urls import path

from tongban.portals.gateway.api import api

app_name = "gateway"
urlpatterns = [path("v1/", api.urls)]
