"""What `manage.py check` says about menus."""

from typing import Any

from django.core import checks
from django.urls import NoReverseMatch, reverse

from tongban.infrastructure.ui.menus import entries


def menus_lead_somewhere(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Name every menu line whose page does not exist; the menu leaves such lines out."""
    found: list[checks.CheckMessage] = []
    for portal, entry in entries():
        try:
            reverse(f"{portal}:{entry.url}")
        except NoReverseMatch:
            hint = f"Add it to the list `{portal}` of that room's pages.py, or drop the line from its menu."
            found.append(
                checks.Warning(f"The menu names {portal}:{entry.url}, which is no page.", hint=hint, id="ui.W001")
            )
    return found
