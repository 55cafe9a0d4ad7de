from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Registers(module.Module):
    """Declared, dated data, one source per field."""

    name = "tongban.platform.registers"
    title = _("Registers")
