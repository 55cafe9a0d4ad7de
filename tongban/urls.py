"""Every portal under its prefix; what each room shows there is collected from its `pages.py`."""

from django.urls import include, path

from tongban.infrastructure.ui.routing import portal_addresses

urlpatterns = [
    path("", include("tongban.infrastructure.telemetry.urls", "telemetry")),
    path("", include("tongban.platform.federation.urls", "federation")),
    path("", include("tongban.platform.provisioning.urls", "provisioning")),
    *portal_addresses(),
]

handler400 = "tongban.infrastructure.ui.error_pages.bad_request"
handler403 = "tongban.infrastructure.ui.error_pages.forbidden"
handler404 = "tongban.infrastructure.ui.error_pages.not_found"
handler500 = "tongban.infrastructure.ui.error_pages.server_error"
