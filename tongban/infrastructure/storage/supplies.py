from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.storage.models import Damage
from tongban.infrastructure.telemetry import services as telemetry

telemetry.connection(
    "scanner",
    _("Virus scanner"),
    in_use=lambda: storage.scanner().title,
    check=lambda: storage.scanner().check(),
)


@telemetry.check("files")
def files() -> str:
    """Say whether the last comparison found every file as it was kept."""
    if damaged := Damage.objects.count():
        raise telemetry.CheckFailed(
            f"{damaged} kept files are missing or were changed on disk; run manage.py files check"
        )
    return "as they were kept"
