from django.core import checks
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module
from tongban.infrastructure.ui.checks import menus_have_groups, menus_lead_somewhere


class Ui(module.Module):
    """The design system: pages, components, words for refusals."""

    name = "tongban.infrastructure.ui"
    title = _("Design system")
    settings = {
        "UI_CITY": module.Setting("云泽市", "the city's name, in the header of every page"),
        "UI_CITY_ENGLISH": module.Setting("Yunze City", "the city's name on English pages"),
        "UI_HELP_PHONE": module.Setting("12345", "the telephone number that pages name for help"),
        "UI_MAX_REQUEST_MB": module.Setting(
            200, "the largest request that is read at all, in MB; a proxy in front may allow less"
        ),
    }

    def ready(self) -> None:
        super().ready()
        checks.register(menus_lead_somewhere)
        checks.register(menus_have_groups)
