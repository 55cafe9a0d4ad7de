from django.core import checks
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module
from tongban.infrastructure.ui.checks import menus_lead_somewhere


class Ui(module.Module):
    """The design system: pages, components, words for refusals, paging."""

    name = "tongban.infrastructure.ui"
    title = _("Design system")
    settings = {
        # Whose hall this is, in the header of every page.
        "UI_CITY": "云泽市",
        "UI_CITY_ENGLISH": "Yunze City",
        "UI_HELP_PHONE": "12345",
        # The largest request that is read at all: a dozen photographs at once, and never a disk full.
        "UI_REQUEST_MAX_MB": 200,
    }

    def ready(self) -> None:
        super().ready()
        checks.register(menus_lead_somewhere)
