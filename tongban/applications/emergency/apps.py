from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module
from tongban.infrastructure.kernel.module import MenuEntry, Setting


class Emergency(module.Module):
    """Emergency command 应急指挥: calls and alerts become incidents; plans, units, warnings, reports, drills."""

    name = "tongban.applications.emergency"
    title = pgettext_lazy("emergency", "Emergency command")
    duties = {
        "emergency.read": _("See incidents, units and warnings"),
        "emergency.take_call": _("Take emergency calls"),
        "emergency.command": _("Lead incidents: dispatch, plans, levels, messages, closing"),
        "emergency.warn": _("Publish, replace and lift warnings"),
        "emergency.follow": _("Report where units are and what they do"),
        "emergency.maintain": _("Register units and fire panels"),
        "emergency.forward": _("Send warnings of other offices (CAP)"),
    }
    citywide_duties = frozenset({"emergency.maintain", "emergency.forward"})
    menu = {
        "hall": [MenuEntry("emergency:in_force", _("Warnings in force"), None, group="open")],
        "desk": [
            MenuEntry(
                "emergency:incidents",
                pgettext_lazy("emergency", "Emergency command"),
                "emergency.read",
                _("Calls, incidents, plans and units"),
                group="city",
            ),
            MenuEntry(
                "emergency:warnings",
                pgettext_lazy("emergency", "Warnings"),
                "emergency.read",
                _("Four colours, published as CAP"),
                group="city",
            ),
            MenuEntry(
                "emergency:figures",
                _("Figures of emergency command"),
                "emergency.command",
                _("How soon units were sent and arrived"),
                group="figures",
            ),
        ],
    }
    settings = {
        "EMERGENCY_KINDS_FILE": Setting("", "a TOML file with the city's own dated classes, kinds and time limits"),
        "EMERGENCY_PLANS_FILE": Setting("", "a TOML file with the city's own dated plans"),
        "EMERGENCY_LINKAGES_FILE": Setting("", "a TOML file with the city's own dated linkage rules and alert rules"),
        "EMERGENCY_CAP_SENDER": Setting("emergency@yunze.example", "by which name our warnings are sent (CAP sender)"),
        "EMERGENCY_CAP_ORGAN": Setting("41600000", "organ of our warnings by GB/T 35965.1: eight figures"),
        "EMERGENCY_GB26875_HOST": Setting("127.0.0.1", "address at which `manage.py gb26875` listens"),
        "EMERGENCY_GB26875_PORT": Setting(8268, "port at which `manage.py gb26875` listens to fire panels"),
        "EMERGENCY_BROADCAST": Setting(
            "", "a JSON file with url and key of the broadcasting platform for screens and loudspeakers; empty: none"
        ),
    }
