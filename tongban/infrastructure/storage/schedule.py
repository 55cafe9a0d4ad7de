from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.telemetry import services as telemetry

telemetry.connection(
    "scanner",
    _("Virus scanner"),
    in_use=lambda: storage.scanner().title,
    check=lambda: storage.scanner().check(),
)
