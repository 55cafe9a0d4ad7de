"""`{% load ui %}`: money, days, masked personal data, telephones and icons."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django import template
from django.forms import BoundField
from django.template import Engine
from django.urls import get_urlconf, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import links
from tongban.infrastructure.kernel.memo import Memo
from tongban.infrastructure.kernel.money import Money
from tongban.infrastructure.kernel.wording import InChinese, in_chinese, is_chinese, worded
from tongban.infrastructure.ui import menus
from tongban.infrastructure.ui.icons import ICONS
from tongban.infrastructure.ui.rules import TELEPHONE
from tongban.infrastructure.ui.rules import masked as _masked

register = template.Library()

DAY = {"en": "j F Y"}
MOMENT = {"en": "j F Y, H:i"}
MAP_WORDS = {
    "NavigationControl.ZoomIn": _("Zoom in"),
    "NavigationControl.ZoomOut": _("Zoom out"),
    "AttributionControl.ToggleAttribution": _("Whose data this is"),
    "Popup.Close": pgettext_lazy("map", "Close"),
    "Marker.Title": pgettext_lazy("map", "Mark"),
    "Map.Title": pgettext_lazy("map", "Map"),
    "CooperativeGesturesHandler.MobileHelpText": _("Move the map with two fingers"),
    "CooperativeGesturesHandler.WindowsHelpText": _("Hold Ctrl and scroll to zoom the map"),
    "CooperativeGesturesHandler.MacHelpText": _("Hold ⌘ and scroll to zoom the map"),
}


@register.simple_tag
def link(name: str) -> str:
    """Return the address of a page of another room: {% link "sign_in" %}; "" where no room has it. See kernel.links."""
    return links.url_of(name)


@register.simple_tag
def map_words() -> str:
    """Return what the buttons of a map say, as JSON."""
    return json.dumps({name: str(text) for name, text in MAP_WORDS.items()}, ensure_ascii=False)


@register.filter
def yuan(fen: int | Money | str | None) -> str:
    """Write an amount in yuan: {{ 12345|yuan }} gives ¥123.45."""
    if fen is None or fen == "":
        return ""
    amount = fen if isinstance(fen, Money) else Money(int(fen))
    return f"¥{amount}"


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day as people do: 2026年3月5日."""
    return _written(value, DAY)


@register.filter
def moment(value: date | datetime | None) -> str:
    """Write a day and the time of day: 2026年3月5日 14:30."""
    return _written(value, MOMENT)


@register.filter
def instant(value: date | datetime | None) -> str:
    """Write a day or a moment as `<time datetime>` wants it: 2026-03-05, 2026-03-05T14:30:00+08:00."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        return value.isoformat()
    return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(timespec="seconds")


@register.filter
def with_lang(text: str) -> str:
    """Mark a text as Chinese where the page is in English and the text is not."""
    return format_html('<span lang="zh-CN">{}</span>', text) if isinstance(text, InChinese) else text


@register.inclusion_tag("ui/in_chinese.html")
def chinese_only(*shown: object) -> dict[str, object]:
    """Say once that some of what a page shows is in Chinese only: {% chinese_only summary lines %}."""
    return {"silent": not in_chinese(shown)}


@register.filter
def lang_of(text: str) -> str:
    """Write the attribute of an element that holds nothing but this text: <option{{ choice.label|lang_of }}>."""
    return SafeString(' lang="zh-CN"') if is_chinese(str(text)) else ""


@register.filter(name="worded")
def worded_(chinese: str, english: str) -> str:
    """Write a text in the reader's language: {{ draft.service_name|worded:draft.service_english }}."""
    return with_lang(worded(chinese, english))


@register.filter
def masked(value: object) -> str:
    """Hide the middle of an ID number, a phone number, an e-mail address or a name."""
    return _masked("" if value is None else str(value))


@register.filter
def dial(value: str | None) -> SafeString:
    """Let the telephone numbers of a text be dialled; a text that is one number, such as 110, is dialled as it is."""
    text = conditional_escape(value or "")
    if text.isdecimal() and text.isascii():
        return _called(text)
    return SafeString(TELEPHONE.sub(lambda found: _called(found[0]), text))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of the house's icons; it says nothing to a screen reader, the words beside it do."""
    return _drawn(name)


@register.inclusion_tag("ui/crumbs.html")
def crumbs(*above: object, here: object) -> dict[str, object]:
    """Say where a page lies: {% crumbs "desk:licences:register" _("Licence register") here=licence.number %}.

    above   from the top: a door's name or an address, then its title, and so on
    """
    doors = [str(door) for door in above[::2]]
    addresses = [door if door.startswith("/") else reverse(door) for door in doors]
    return {"above": list(zip(addresses, above[1::2], strict=True)), "here": here}


@register.simple_tag(takes_context=True)
def cached_part(
    context: template.Context,
    name: str,
    everyone: bool = False,
    lines: Sequence[menus.MenuLine | menus.Part] | None = None,
) -> SafeString:
    """Draw a part of the frame around pages; it is kept in memory, for it is the same on most pages.

    everyone   the part shows nothing of who asks; otherwise it is kept for visitors only
    lines      or parts of a menu, which the part knows by this name; it shows nothing else of who asks
    """
    portal, actor, request = context["portal"], context["actor"], context["request"]
    here = "" if everyone else menus.current_url(portal, actor, request.path_info)
    shown = None if lines is None else tuple((line.url, line.current) for line in flat(lines))
    key = (name, portal, here, shown, context["care"], get_language(), get_urlconf())
    if not everyone and shown is None and actor.signed_in:
        return _part(context, name)

    def drawn() -> SafeString:
        with context.push(lines=lines):
            return _part(context, name)

    return _parts.get(key, drawn)


@register.filter
def flat(parts: Iterable[menus.MenuLine | menus.Part]) -> list[menus.MenuLine]:
    """Return the lines of a menu without their groups."""
    return [line for part in parts for line in (part.lines if isinstance(part, menus.Part) else (part,))]


@register.filter
def optional(field: BoundField) -> bool:
    """Say whether a field may stay empty (and is one that people fill in)."""
    return not field.field.required


@register.filter
def without_punctuation(text: object) -> str:
    """Return a label without the mark it ends with, to be followed by something else."""
    return str(text).rstrip("。.？?：: ")


# Some kilobytes each: parts by portal, language, edition, line of the menu, and the lines that an office sees.
_parts: Memo[SafeString] = Memo(2000)


def _called(number: str) -> SafeString:
    return format_html('<a class="number tel" href="tel:{}">{}</a>', number, number)


def _part(context: template.Context, name: str) -> SafeString:
    return SafeString(Engine.get_default().get_template(name).render(context))


def _written(value: date | datetime | None, formats: Mapping[str, str]) -> str:
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        formats = DAY
    if (get_language() or "").startswith("en"):
        return date_format(value, formats["en"])
    # Lists hold many of these, and Chinese days need no names of months.
    return f"{value.year}年{value.month}月{value.day}日{f' {value:%H:%M}' if formats is MOMENT else ''}"


_DRAWN = {
    name: format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        path,
    )
    for name, path in ICONS.items()
}


def _drawn(name: str) -> SafeString:
    return _DRAWN[name]
