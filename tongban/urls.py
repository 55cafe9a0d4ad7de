"""One line per portal; what each room shows there is collected from its `pages.py`."""

from django.urls import include, path

urlpatterns = [
    path("desk/", include("tongban.portals.desk.urls", "desk")),
    path("counter/", include("tongban.portals.counter.urls", "counter")),
    path("crew/", include("tongban.portals.crew.urls", "crew")),
    path("api/", include("tongban.portals.gateway.urls")),
    path("", include("tongban.infrastructure.telemetry.urls", "telemetry")),
    path("", include("tongban.portals.hall.urls", "hall")),
]

handler400 = "tongban.infrastructure.ui.failures.bad_request"
handler403 = "tongban.infrastructure.ui.failures.forbidden"
handler404 = "tongban.infrastructure.ui.failures.not_found"
handler500 = "tongban.infrastructure.ui.failures.server_error"
