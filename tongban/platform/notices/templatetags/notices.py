"""`{% load notices %}`: how many notices wait, for the header of a portal."""

from typing import Any

from django import template

from tongban.infrastructure.kernel.actors import ANONYMOUS
from tongban.platform.notices import services as notices

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context: dict[str, Any]) -> int:
    """Return how many notices wait: {% unread_notices as waiting %}. One short query for who is signed in."""
    actor = context.get("actor", ANONYMOUS)
    return notices.unread(actor) if actor.signed_in else 0
