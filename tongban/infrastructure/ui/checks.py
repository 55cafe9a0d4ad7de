"""What `manage.py check` says about menus."""

from typing import Any

from django.core import checks
from django.urls import NoReverseMatch, reverse

from tongban.infrastructure.kernel.portals import portals
from tongban.infrastructure.ui.icons import ICONS
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


def menus_have_groups(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Name every menu line without a group that its portal knows, and every group without an icon."""
    found: list[checks.CheckMessage] = []
    for portal in portals():
        keys = [group.key for group in portal.groups]
        for entry in (entry for label, entry in entries() if label == portal.label and entry.group not in keys):
            text = f"The line {portal.label}:{entry.url} stands in “{entry.group}”, which is no group of that menu."
            found.append(checks.Warning(text, hint=f"Name one of these: {', '.join(keys)}.", id="ui.W002"))
        for group in (group for group in portal.groups if group.icon not in ICONS):
            text = f"The group {group.key} of {portal.label} asks for the icon “{group.icon}”, which nobody has drawn."
            found.append(checks.Error(text, hint="ui/icons.py lists what there is.", id="ui.E001"))
    return found
