from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Codes(module.Module):
    """Code lists and the working calendar: dated data, each entry with its source."""

    name = "tongban.platform.codes"
    title = _("Code lists")
    duties = {
        "codes.read": _("View code lists and the working calendar"),
        "codes.maintain": _("Load code lists and calendars"),
    }
    citywide_duties = frozenset(duties)
    menu = {
        "desk": [
            module.MenuEntry(
                "codes:lists",
                _("Code lists"),
                "codes.read",
                _("Which codes are in force, since when, and from which source"),
                group="services",
            ),
            module.MenuEntry(
                "codes:calendar",
                _("Working calendar"),
                "codes.read",
                _("The working days by which time limits are counted"),
                group="services",
            ),
        ]
    }
    settings = {
        "CODES_CACHE_SECONDS": module.Setting(60, "how often a process looks for new code lists and calendars"),
        "CODES_WARN_DAYS_BEFORE_END": module.Setting(30, "when `/readyz` warns that the working calendar ends"),
        "CODES_NEXT_NOTICE_FROM": module.Setting(
            "12-16",
            "from this day on, the notice of the next year may still change what a day of December is: last days "
            "from here on are shown as provisional",
        ),
    }
