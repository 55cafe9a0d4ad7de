"""What every template knows without being told."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tongban.infrastructure.kernel.actors import ANONYMOUS, Actor
from tongban.infrastructure.ui import menus

CARE_COOKIE = "care"


def portal(request: HttpRequest) -> dict[str, Any]:
    """Name the portal and its base template; menus are made only where a template asks for them.

    portal, portal_base   "hall", "hall/base.html"
    actor                 who asks
    menu, workplaces      lines of ui.menus
    care                  whether the care edition 关怀版 is on
    demo                  whether this is a demonstration
    """
    name = menus.portal_of(request.path_info)
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return {
        "portal": name,
        "portal_base": f"{name}/base.html",
        "actor": actor,
        "menu": partial(menus.menu, name, actor, request.path_info),
        "workplaces": partial(menus.workplaces, actor, name),
        "care": is_careful(request),
        "demo": settings.DEMO,
        "city": settings.UI_CITY,
        "city_english": settings.UI_CITY_ENGLISH,
        "help_phone": settings.UI_HELP_PHONE,
    }


def is_careful(request: HttpRequest) -> bool:
    """Say whether the reader has chosen the care edition."""
    return request.COOKIES.get(CARE_COOKIE) == "1"
