from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Letters(module.Module):
    """Formal letters of any subject: numbered, sealed by a department, each written once."""

    name = "tongban.platform.letters"
    title = _("Letters")
