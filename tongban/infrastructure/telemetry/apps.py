from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module
from tongban.infrastructure.telemetry import logs


class Telemetry(module.Module):
    """What the house says about itself: logs, metrics, health. Never who did what; that is the journal's."""

    name = "tongban.infrastructure.telemetry"
    title = _("Telemetry")
    settings = {
        "TELEMETRY_LOG": module.Setting("console", "`console`: few short lines for a person; `json`: for machines"),
        "TELEMETRY_LEVEL": module.Setting("INFO", "what is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`"),
        "TELEMETRY_ADDRESSES": module.Setting(
            "short", "addresses of visitors in the log: `short`, the network's part only; `full`; `none`"
        ),
        "TELEMETRY_SLOW_SECONDS": module.Setting(2.0, "a request that took longer is logged in the console format too"),
        "TELEMETRY_TOKEN": module.Setting(
            "", "opens `/metrics` and the details of `/readyz` from elsewhere than this machine"
        ),
        "TELEMETRY_WEB_WORKERS": module.Setting(
            1, "set by `make run` for the processes that it starts: of several, figures are put together"
        ),
        "TELEMETRY_FREE_MIB": module.Setting(200, "with less free space than this where the files are: not ready"),
        "TELEMETRY_SILENT_SECONDS": module.Setting(120, "a worker not heard of for longer is reported"),
    }

    def ready(self) -> None:
        super().ready()
        logs.configure()
