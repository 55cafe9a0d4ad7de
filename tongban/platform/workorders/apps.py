from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module
from tongban.infrastructure.kernel.module import MenuEntry


class WorkOrders(module.Module):
    """Jobs in the field for any subject 工单: dispatched, accepted, finished with photographs, verified by another."""

    name = "tongban.platform.workorders"
    title = _("Work orders")
    duties = {
        "workorders.dispatch": _("Raise and dispatch work orders"),
        "workorders.handle": _("Carry work orders out in the field"),
        "workorders.verify": _("Verify finished work orders"),
        "workorders.route": _("Write the rules by which work orders are dispatched"),
    }
    menu = {
        "desk": [
            MenuEntry(
                "workorders:orders",
                _("Work orders"),
                "",
                _("Jobs in the field: dispatch them, follow them, verify what was done"),
                group="city",
            ),
        ],
        "crew": [
            MenuEntry("workorders:mine", pgettext_lazy("menu", "My orders"), "", group="city"),
            MenuEntry("workorders:duty", pgettext_lazy("crew", "On duty"), "workorders.handle", group="city"),
        ],
    }
    settings = {
        "WORKORDERS_KINDS_FILE": module.Setting(
            "", "a file with the city's own dated kinds of work orders; empty for those shipped"
        ),
    }
