"""Where carriers tell what happened, each in its own words."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from tongban.platform.delivery import services as delivery

router = Router(tags=["delivery"])


@router.post("/notify/{carrier}", auth=None, include_in_schema=False)
def notify(request: HttpRequest, carrier: Annotated[str, Path(description="key of the carrier")]) -> HttpResponse:
    """Take a message; it is believed only where the carrier signed it."""
    actor = request.actor  # type: ignore[attr-defined]
    status, kind, body = delivery.hear(actor=actor, carrier=carrier, headers=request.headers, body=request.body)
    return HttpResponse(body, status=status, content_type=kind)
