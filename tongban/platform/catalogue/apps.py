from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Catalogue(module.Module):
    """The services the city offers: what they are, how to find them, how to ask for them."""

    name = "tongban.platform.catalogue"
    title = _("Services")
    duties = {
        "catalogue.design": _("Write service definitions"),
        "catalogue.publish": _("Publish and withdraw services"),
    }
    menu = {
        "hall": [module.MenuEntry("catalogue:browse", _("Services"), None, group="services")],
        "desk": [
            module.MenuEntry(
                "catalogue:definitions",
                _("Service definitions"),
                "catalogue.design",
                _("Check, publish and withdraw what the city offers"),
                group="services",
            )
        ],
    }
    settings = {
        "CATALOGUE_MAX_FAILED_SEARCHES_PER_DAY": module.Setting(2000, "how many failed searches are saved a day"),
        "CATALOGUE_LOOK_SECONDS": module.Setting(1.0, "how often a process looks for a new catalogue"),
    }
