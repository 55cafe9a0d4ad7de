"""The catalogue of licence kinds, for everybody."""

from django.http import HttpResponse
from django.urls import path

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.views import Request, public, render_page
from tongban.platform.licences.models import LicenceKind


@public
def kinds(request: Request) -> HttpResponse:
    """List the kinds of licences with what their faces say."""
    return render_page(request, "licences/kinds.html", kinds=LicenceKind.objects.in_force(clock.today()))


hall = [path("kinds/", kinds, name="kinds")]
