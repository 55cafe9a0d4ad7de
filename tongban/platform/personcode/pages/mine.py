"""One's own code, who scanned it, and the public keys for whoever checks codes without asking."""

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache

from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.ui.views import Request, public, render_page, signed_in
from tongban.platform.personcode import services as personcode


@never_cache
@signed_in
def mine(request: Request) -> HttpResponse:
    """Show the present code; the open page fetches the next one, and without script it is reloaded."""
    if request.actor.kind != "person":
        raise NotAllowed()
    shown = personcode.show(actor=request.actor) if request.actor.party else None
    return render_page(
        request,
        "personcode/mine.html",
        shown=shown,
        qr=segno.make(shown.text, error="l", micro=False).svg_data_uri(scale=5, border=3) if shown else "",
        seconds=settings.PERSONCODE_SECONDS,
        every=settings.PERSONCODE_SHOWN_SECONDS,
        scans=personcode.scans_of(request.actor),
    )


@public
def keys(request: HttpRequest) -> HttpResponse:
    """Send the JWK set by which codes are checked offline."""
    return JsonResponse(personcode.keys(), headers={"Cache-Control": "public, max-age=300"})


routes = [path("", mine, name="mine"), path("keys/", keys, name="keys")]
