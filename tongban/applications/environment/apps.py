from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module
from tongban.infrastructure.kernel.module import MenuEntry, Setting


class Environment(module.Module):
    """Environment 智慧环保: what sources discharge, what air and water are like, by the standards in force that day."""

    name = "tongban.applications.environment"
    title = pgettext_lazy("environment", "Environment")
    duties = {
        "environment.read": _("See pollution sources, monitoring points and their data"),
        "environment.manage": _("Register pollution sources and points, and set emission limits"),
        "environment.control": _("Tell data loggers what to do"),
        "environment.respond": _("Handle exceedances and samples"),
    }
    menu = {
        "hall": [MenuEntry("environment:air", _("Air quality"), None, group="open")],
        "desk": [
            MenuEntry(
                "environment:region", pgettext_lazy("environment", "Environment"), "environment.read", group="city"
            ),
            MenuEntry("environment:sources", _("Pollution sources"), "environment.read", group="city"),
            MenuEntry("environment:air", _("Air quality"), "environment.read", group="city"),
            MenuEntry("environment:water", _("Surface water"), "environment.read", group="city"),
        ],
    }
    settings = {
        "ENVIRONMENT_HJ212_PORT": Setting(8212, "port at which `manage.py hj212` listens to data loggers"),
        "ENVIRONMENT_HJ212_HOST": Setting("127.0.0.1", "address at which `manage.py hj212` listens"),
        "ENVIRONMENT_HJ212_FILE": Setting("", "a file with the city's own editions and codes of HJ 212"),
        "ENVIRONMENT_AQI_FILE": Setting("", "a file with other dated tables of the air quality index"),
        "ENVIRONMENT_WATER_FILE": Setting("", "a file with other dated classes of surface water"),
        "ENVIRONMENT_DATA_FILE": Setting("", "a file with other dated terms by which data is judged"),
    }
