"""`{% load registers %}`: how a kept value is written for people."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def value_text(value: Any) -> str:
    """Write a value: yes and no as words, lists with 、 between, nothing as a dash."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "、".join(str(part) for part in value)
    return str(value)
