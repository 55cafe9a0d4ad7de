"""Hand documents out so that a browser shows or saves them and never runs anything in them."""

from typing import cast

from django.http import FileResponse, HttpResponse

from tongban.infrastructure.storage import services as storage
from tongban.platform.documents.models import Document


def response(document: Document, *, inline: bool = False) -> HttpResponse:
    """Answer with the file, so that the browser shows or saves it and never runs anything in it. Raises FileMissing."""
    answer = FileResponse(
        storage.open(document.blob),
        as_attachment=not inline,
        filename=storage.clean_name(document.name, document.blob),
        content_type=document.blob.media_type,
    )
    answer["Content-Length"] = document.blob.size
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Security-Policy"] = _policy(document.blob.media_type)
    return cast(HttpResponse, answer)  # a sibling by class, the same to every door


def thumbnail(document: Document) -> HttpResponse:
    """Answer with a small copy of a picture, for lists. Raises FileMissing."""
    return _jpeg(storage.thumbnail(document.blob))


def picture(document: Document) -> HttpResponse:
    """Answer with a picture that says nothing of where, when and by what it was taken. Raises FileMissing."""
    return _jpeg(storage.picture(document.blob))


def _jpeg(content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Security-Policy"] = _policy("image/jpeg")
    return answer


def portrait(document: Document) -> bytes:
    """Return the photograph of a person as documents print it: re-encoded, with nothing in it but the picture.

    Raises FileMissing.
    """
    return storage.portrait(document.blob, width=358, height=441)


def _policy(media_type: str) -> str:
    # Browsers refuse to show a PDF under "sandbox"; its reader is a sandbox of its own, and scripts were kept out.
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
    return f"{policy}; object-src 'self'" if media_type == "application/pdf" else f"{policy}; sandbox"
