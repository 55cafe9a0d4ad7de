"""What `manage.py prepare` brings up to date: the code list of components and events."""

from tongban.applications.streets import services
from tongban.infrastructure.kernel.actors import SYSTEM


def prepare() -> list[str]:
    services.load_matters(actor=SYSTEM)
    return []
