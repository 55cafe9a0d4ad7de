from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Telemetry(module.Module):
    """Logs, metrics, health."""

    name = "tongban.infrastructure.telemetry"
    title = _("Telemetry")
