from django.urls import path

from tongban.portals.gateway.api import api

urlpatterns = [path("v1/", api.urls)]
