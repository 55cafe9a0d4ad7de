"""`{% load parties %}`: the title of a service, and those that a mandate is for."""

from collections.abc import Mapping

from django import template

from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.parties import ports

register = template.Library()


@register.filter
def title_of(titles: Mapping[str, str], code: str) -> str:
    """Return the title of a service; its code where it is offered no longer."""
    return titles.get(code, code)


@register.simple_tag
def mandated_services(actor: Actor) -> str:
    """Name the services for which the actor may act: {% mandated_services actor as services %}."""
    titles = dict(ports.services_offered())
    return "、".join(title_of(titles, code) for code in actor.services)
