from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module
from tongban.infrastructure.telemetry import logs


class Telemetry(module.Module):
    """What the house says about itself: logs, metrics, health. Never who did what; that is the journal's."""

    name = "tongban.infrastructure.telemetry"
    title = _("Telemetry")
    settings = {
        "TELEMETRY_LOG": "console",  # console: few short lines for a person; json: one object a line for machines
        "TELEMETRY_LEVEL": "INFO",
        "TELEMETRY_ADDRESSES": "short",  # short: only the network's part; full; none
        "TELEMETRY_SLOW_SECONDS": 2.0,  # a request that took longer is logged in the console format too
        "TELEMETRY_TOKEN": "",  # opens /metrics and the details of /readyz from elsewhere than this machine
        "TELEMETRY_WEB_WORKERS": 1,  # more than one: metrics are shared through files under VAR/metrics
        "TELEMETRY_FREE_MIB": 200,  # less free space than this where the files are: not ready
        "TELEMETRY_SILENT_SECONDS": 120,  # a worker not heard of for longer is reported
    }

    def ready(self) -> None:
        super().ready()
        logs.configure()
