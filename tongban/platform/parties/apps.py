from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Parties(module.Module):
    """People, organisations, mandates."""

    name = "tongban.platform.parties"
    title = _("People and organisations")
