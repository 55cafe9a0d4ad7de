"""What anyone needs to check our signatures: the authority's certificate and its list of revoked ones."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.ui.views import public, render_page


@public
def authority(request: HttpRequest) -> HttpResponse:
    return render_page(request, "crypto/authority.html", authority=crypto.details_of(crypto.authority()))


@public
def certificate(request: HttpRequest) -> HttpResponse:
    return _file(crypto.authority().encode(), "application/x-pem-file", "tongban-ca.pem")


@public
def revocations(request: HttpRequest) -> HttpResponse:
    return _file(crypto.revocations(), "application/pkix-crl", "revocations.crl")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


hall = [
    path("", authority, name="authority"),
    path("ca.pem", certificate, name="certificate"),
    path("revocations.crl", revocations, name="revocations"),
]
