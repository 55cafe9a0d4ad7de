from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Documents(module.Module):
    """Files with meaning, and the letters that the house writes."""

    name = "tongban.platform.documents"
    title = _("Documents")
    settings = {
        "DOCUMENTS_CHECK_HOUR": module.Setting(
            4, "hour of the night at which every saved file is compared with its digest"
        ),
        "DOCUMENTS_TYPEFACES": module.Setting(
            "typefaces",
            "folder of further typefaces for rare characters, within `TONGBAN_VAR` or with a whole path; see "
            "operating/typefaces.md",
        ),
    }
    menu = {"hall": [module.MenuEntry("documents:mine", _("My documents"), group="mine")]}
