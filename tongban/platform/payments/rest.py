"""Where payment channels tell what happened, each in its own words."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from tongban.platform.payments import services as payments

router = Router(tags=["payments"])


@router.post("/notify/{channel}", auth=None, include_in_schema=False)
def notify(request: HttpRequest, channel: Annotated[str, Path(description="key of the channel")]) -> HttpResponse:
    """Take a message; it is believed only where the channel signed it."""
    actor = request.actor  # type: ignore[attr-defined]
    status, kind, body = payments.hear(actor=actor, channel=channel, headers=request.headers, body=request.body)
    return HttpResponse(body, status=status, content_type=kind)
