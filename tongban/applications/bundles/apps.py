from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Bundles(module.Module):
    """One thing, once 高效办成一件事: several departments' services, applied for together and answered together."""

    name = "tongban.applications.bundles"
    title = _("One thing, once")
    duties = {
        "bundles.lead": _("Lead what several departments handle together"),
        "bundles.design": _("Write and publish bundles"),
        "bundles.zone": _("Make themed zones"),
    }
    menu = {
        "hall": [module.MenuEntry("bundles:browse", _("One thing, once"), None, group="services")],
        "desk": [
            module.MenuEntry(
                "bundles:led",
                _("Joint applications"),
                "bundles.lead",
                _("Follow what several departments handle together, and extend its time limit"),
                group="work",
            ),
            module.MenuEntry(
                "bundles:zones",
                _("Themed zones"),
                "bundles.zone",
                _("Put services together with an announcement, and publish them"),
                group="services",
            ),
        ],
    }
    settings = {
        "BUNDLES_LOOK_SECONDS": module.Setting(5.0, "how often a process looks for new bundles and zones, seconds"),
    }
