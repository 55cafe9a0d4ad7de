"""`{% load catalogue %}`: reasons in words."""

from django import template
from django.utils.translation import gettext

from tongban.platform.catalogue.rules.telling import Reason

register = template.Library()


@register.filter
def in_words(reason: Reason) -> str:
    """Write why a service was found, in the language of the moment."""
    return gettext(reason.text) % reason.details
