"""One's own documents: what was brought, fetched and issued."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import path

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity


@signed_in
def mine(request: Request) -> HttpResponse:
    """List the documents of the party one stands for, with origin, source and trust."""
    rows = [part.with_content() for part in Document.objects.parts_for(request.actor)]
    pages = keyset_page(rows, request.GET, order=("-created_at", "-pk"))
    return render_page(request, "documents/mine.html", pages=pages)


@signed_in
def file(request: Request, uid: UUID) -> HttpResponse:
    """Send one of them; shown in the browser unless a download is asked for."""
    found = identity.get_visible(Document.objects.with_content(), request.actor, "document", uid=uid)
    return documents.response(found, inline="download" not in request.GET)


hall = [path("", mine, name="mine"), path("<uuid:uid>/", file, name="file")]
