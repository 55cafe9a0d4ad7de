"""Every portal under its prefix; what each room shows there is collected from its `pages.py`, addresses that a
standard fixes from its `urls.py`."""

from tongban.infrastructure.ui.routing import portal_addresses, standard_addresses

urlpatterns = [*standard_addresses(), *portal_addresses()]

handler400 = "tongban.infrastructure.ui.error_pages.bad_request"
handler403 = "tongban.infrastructure.ui.error_pages.forbidden"
handler404 = "tongban.infrastructure.ui.error_pages.not_found"
handler500 = "tongban.infrastructure.ui.error_pages.server_error"
