"""The design system's own pages: every component, and the two switches of the reader."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.component_examples import component_examples
from tongban.infrastructure.ui.context import CARE_COOKIE, CARE_SIZES
from tongban.infrastructure.ui.views import Request, public, render_page

YEAR_SECONDS = 365 * 24 * 3600


@public
def components(request: Request) -> HttpResponse:
    """Show every component in every state."""
    return render_page(request, "ui/components.html", **component_examples(clock.now()))


@public
@never_cache
def language(request: Request) -> HttpResponse:
    """Remember the reader's language and go back."""
    response = _back(request)
    chosen = request.GET.get("to", "")
    if chosen in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@public
@never_cache
def care(request: Request) -> HttpResponse:
    """Turn the care edition on, in one of its sizes of type, or off, and go back."""
    response = _back(request)
    wanted = request.GET.get("to", "")
    if wanted == "on":
        wanted = str(CARE_SIZES[0])
    if wanted in map(str, CARE_SIZES):
        _remember(response, CARE_COOKIE, wanted)
    else:
        response.delete_cookie(CARE_COOKIE, samesite="Lax")
    return response


def _back(request: Request) -> HttpResponse:
    target = request.GET.get("next") or request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if ours else "/")


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR_SECONDS, secure=settings.SECURE, httponly=True, samesite="Lax")


hall = [
    path("components/", components, name="components"),
    path("language/", language, name="language"),
    path("care/", care, name="care"),
]
