from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Documents(module.Module):
    """Files with meaning, and the letters that the house writes."""

    name = "tongban.platform.documents"
    title = _("Documents")
    settings = {"DOCUMENTS_CHECK_HOUR": 4, "DOCUMENTS_TYPEFACES": "typefaces"}
    menu = {"hall": [module.Entry("documents:mine", _("My documents"))]}
