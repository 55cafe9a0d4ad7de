"""`{% load catalogue %}`: reasons in words."""

from django import template

from tongban.platform.catalogue.services import in_words

register = template.Library()
register.filter(in_words)
