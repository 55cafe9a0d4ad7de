from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module


class InspectionAndEnforcement(module.Module):
    """Inspection and enforcement 互联网+监管: random draws, inspections on the phone, corrections, penalties, clues."""

    name = "tongban.applications.inspection"
    title = _("Inspection and enforcement")
    duties = {
        "inspection.manage": _("Keep supervised objects, draw, plan inspections, order and check corrections"),
        "inspection.inspect": _("Inspect in the field, with an enforcement card"),
        "inspection.punish": _("Investigate penalty cases"),
        "inspection.review": _("Review penalty cases legally and chair hearings"),
        "inspection.decide": _("Decide and publish penalties"),
        "inspection.compare": _("Compare sources of data and decide on clues"),
    }
    menu = {
        "hall": [
            module.MenuEntry("inspection:published", _("Inspections and penalties made public"), None, group="city"),
            module.MenuEntry("inspection:mine", _("My corrections and penalties"), group="mine"),
        ],
        "crew": [
            module.MenuEntry(
                "inspection:today", pgettext_lazy("inspection", "My inspections"), "inspection.inspect", group="city"
            ),
        ],
        "desk": [
            module.MenuEntry(
                "inspection:entities",
                _("Supervised objects"),
                "inspection.manage",
                _("Who is supervised, in which risk class"),
                group="city",
            ),
            module.MenuEntry(
                "inspection:draws",
                _("Random draws"),
                "inspection.manage",
                _("Objects and officers drawn at random, for everybody to draw again"),
                group="city",
            ),
            module.MenuEntry(
                "inspection:inspections",
                pgettext_lazy("menu", "Inspections"),
                "inspection.manage",
                _("What is planned and what was found"),
                group="city",
            ),
            module.MenuEntry(
                "inspection:corrections",
                _("Orders to correct"),
                "inspection.manage",
                _("What companies put right, until when"),
                group="city",
            ),
            module.MenuEntry(
                "inspection:cases",
                _("Penalty cases"),
                "inspection.punish",
                _("From the act to the payment, with all limits of the law"),
                group="city",
            ),
            module.MenuEntry(
                "inspection:clues",
                _("Clues from data"),
                "inspection.compare",
                _("Where two sources disagree; a human decides"),
                group="city",
            ),
        ],
    }
    settings = {
        "INSPECTION_LAW_FILE": module.Setting(
            "", "a TOML file with the city's own dated limits of penalties; empty for those shipped"
        ),
        "INSPECTION_MATTERS_FILE": module.Setting(
            "", "a TOML file with the city's own supervision matters and weights of draws; empty for those shipped"
        ),
        "INSPECTION_VIOLATIONS_FILE": module.Setting(
            "", "a TOML file with the acts that the city punishes and its steps of discretion; empty for those shipped"
        ),
        "INSPECTION_COMPARISONS_FILE": module.Setting(
            "", "a TOML file with the rules by which the city compares sources; empty for those shipped"
        ),
    }
