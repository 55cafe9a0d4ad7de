"""What the OGC fixes: SensorThings 1.1 (18-088), exactly there and without a slash at the end."""

from django.urls import path

from tongban.platform.sensing.sensorthings import views

app_name = "sensing"
urlpatterns = [
    path("sta/v1.1", views.root, name="root"),
    path("sta/v1.1/<path:rest>", views.anything, name="anything"),
]
