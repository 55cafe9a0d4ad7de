from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Feel(module.Module):
    """The expression language of decision tables, processes and forms."""

    name = "tongban.infrastructure.feel"
    title = _("Expressions")
