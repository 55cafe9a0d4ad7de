"""Pages that refuse and fail, for the tests of this room."""

from django.db import OperationalError
from django.http import HttpResponse
from django.urls import include, path

from tongban.infrastructure.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal

RAISED = {
    "403": NotAllowed(),
    "404": NotFound(),
    "409": Conflict(),
    "later": Refusal(),
    "422": Invalid({"name": ["请填写姓名。"]}),
    "full": OperationalError("database or disk is full"),
    "space": OSError(28, "No space left on device"),
    "busy": OperationalError("database is locked"),
    "away": OperationalError("connection refused"),
    "broken": ZeroDivisionError("division by zero"),
}


def raising(request, what):
    raise RAISED[what]


def form(request):
    return HttpResponse("sent")


handler400 = "tongban.infrastructure.ui.error_pages.bad_request"
handler403 = "tongban.infrastructure.ui.error_pages.forbidden"
handler404 = "tongban.infrastructure.ui.error_pages.not_found"
handler500 = "tongban.infrastructure.ui.error_pages.server_error"

urlpatterns = [
    path("raise/<what>/", raising),
    path("api/raise/<what>/", raising),
    path("form/", form),
    path("", include("tongban.portals.hall.urls", "hall")),
]
