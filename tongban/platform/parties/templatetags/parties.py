"""`{% load parties %}`: the title of a service."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def title_of(titles: Mapping[str, str], code: str) -> str:
    """Return the title of a service; its code where it is offered no longer."""
    return titles.get(code, code)
