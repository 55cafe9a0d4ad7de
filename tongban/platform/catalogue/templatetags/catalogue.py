"""`{% load catalogue %}`: reasons in words, and names with what was searched for marked."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tongban.infrastructure.search.services import in_words

register = template.Library()
register.filter(in_words)


@register.filter
def marked(parts: Sequence[tuple[str, bool]]) -> SafeString:
    """Mark the parts of a name that a search hit: {{ result.name|marked }}."""
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", part) if hit else part,) for part, hit in parts))
