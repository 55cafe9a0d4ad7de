from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Streets(module.Module):
    """Urban management 智慧城管: components and events, grid, seven steps, and supervision apart from command."""

    name = "tongban.applications.streets"
    title = _("Urban management")
    duties = {
        "streets.collect": _("Report street matters from the field"),
        "streets.supervise": _("File, verify and close street matters (supervision centre)"),
        "streets.command": _("Follow the handling of street matters (command centre)"),
        "streets.forward": _("Send reports of other systems (Open311)"),
        "streets.maintain": _("Maintain grid cells, components and centres"),
    }
    citywide_duties = frozenset({"streets.collect", "streets.forward", "streets.maintain"})
    menu = {
        "hall": [
            module.MenuEntry("streets:report", _("Report a street problem"), None, group="city"),
            module.MenuEntry("streets:nearby", _("Street problems nearby"), None, group="city"),
        ],
        "crew": [
            module.MenuEntry("streets:collect", _("Report from the field"), "streets.collect", group="city"),
        ],
        "desk": [
            module.MenuEntry(
                "streets:supervision",
                _("Supervision centre"),
                "streets.supervise",
                _("File reports, verify what was done, close"),
                group="city",
            ),
            module.MenuEntry(
                "streets:command",
                _("Command centre"),
                "streets.command",
                _("What was filed, and where it is handled"),
                group="city",
            ),
            module.MenuEntry(
                "streets:evaluation",
                _("Evaluation of urban management"),
                "streets.supervise",
                _("Areas, departments and posts by dated indicators"),
                group="figures",
            ),
        ],
    }
    settings = {
        "STREETS_MATTERS_FILE": module.Setting(
            "", "a JSON file with the city's own dated components and events; empty for those shipped"
        ),
        "STREETS_INDICATORS_FILE": module.Setting(
            "", "a TOML file with the city's own dated indicators of evaluation; empty for those shipped"
        ),
        "STREETS_JURISDICTION": module.Setting("", "`jurisdiction_id` of this city in Open311; empty: not asked for"),
    }
