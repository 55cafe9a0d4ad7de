"""What every template knows without being told."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tongban.infrastructure.kernel.actors import ANONYMOUS, Actor
from tongban.infrastructure.kernel.portals import portal_at
from tongban.infrastructure.ui import menus

CARE_COOKIE = "care"
# Sizes of type of the care edition in pixels, the first unless the reader chooses; from 18 up to at least 30.
# Source: 工业和信息化部《移动互联网应用（APP）适老化通用设计规范》.
CARE_SIZES = (20, 24, 30)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Name the portal and its base template; menus are made only where a template asks for them.

    portal, portal_base   "hall", "hall/base.html"; its title, address and audience (see kernel.portals)
    actor                 who asks
    menu, workplaces      parts and lines of ui.menus
    care                  size of type of the care edition 关怀版 in pixels, 0 where it is off; care_sizes: all of them
    demo                  whether this is a demonstration
    """
    here = portal_at(request.path_info)
    name = here.label
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return {
        "portal": name,
        "portal_base": here.base,
        "portal_title": here.title,
        "portal_address": here.address,
        "portal_audience": here.audience,
        "actor": actor,
        "menu": partial(menus.parts, name, actor, request.path_info),
        "workplaces": partial(menus.switches, actor, name),
        "care": care_size(request),
        "care_sizes": CARE_SIZES,
        "demo": settings.DEMO,
        "city": settings.UI_CITY,
        "city_english": settings.UI_CITY_ENGLISH,
        "help_phone": settings.UI_HELP_PHONE,
    }


def care_size(request: HttpRequest) -> int:
    """Return the size of type of the care edition that the reader has chosen, 0 for the usual edition."""
    chosen = request.COOKIES.get(CARE_COOKIE, "")
    if chosen == "1":
        return CARE_SIZES[0]
    return next((size for size in CARE_SIZES if chosen == str(size)), 0)
