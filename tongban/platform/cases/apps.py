from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module
from tongban.infrastructure.kernel.module import MenuEntry


class Cases(module.Module):
    """Matters people bring to the city, from the first draft to the delivered result."""

    name = "tongban.platform.cases"
    title = _("Cases")
    duties = {
        "cases.accept": _("Receive applications at the window"),
        "cases.review": _("Review the file of a case"),
        "cases.inspect": _("Inspect on site for a case"),
        "cases.approve": _("Decide cases"),
        "cases.lead": _("Handle a case as head of the department where nobody else of it may"),
        "cases.read": _("Read the cases of a department"),
        "cases.file": _("File applications for others, at the window or through the gateway"),
    }
    citywide_duties = frozenset({"cases.file"})
    joint_duties = frozenset({"cases.approve"})
    links = {
        "apply": "hall:cases:begin",
        "apply_for_visitor": "counter:cases:window:start",
        "case_progress": "hall:cases:query",
        "inspection": "crew:cases:inspect",
    }
    menu = {
        "hall": [
            MenuEntry("cases:mine", _("My applications"), group="mine"),
            MenuEntry("cases:published", _("Published decisions"), None, group="services"),
        ],
        "counter": [
            MenuEntry("cases:all", _("All cases"), "cases.accept", group="work"),
            MenuEntry("cases:window:start", _("Apply for a visitor"), "cases.file", group="work"),
        ],
        "desk": [
            MenuEntry("cases:all", _("Cases"), group="cases"),
            MenuEntry("cases:follow_ups", _("Follow-up inspections"), group="cases"),
            MenuEntry(
                "cases:figures",
                pgettext_lazy("figures", "Figures"),
                "cases.read",
                _("How many were received, were decided in time, or are late."),
                group="figures",
            ),
        ],
    }
