"""What the demonstration's city offers: the services whose definitions come with the product, and some 300 guides."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.demonstration import Demonstration
from tongban.infrastructure.kernel.module import rooms
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service, Version
from tongban.platform.identity.models import Department

PLAN = {"role": [{"key": "service-designer", "duties": ["catalogue.design", "catalogue.publish"]}]}
# By which decision the city offers what it offers.
BASIS = "云泽市政务服务事项目录（2026年版，虚构城市的演示政策）"
# Guides of what the offices do elsewhere than here.
GUIDES = Path(__file__).parent / "data" / "guides"


def offer(city: Demonstration) -> None:
    """Publish the services, and take the guides in."""
    load_services()
    for row in city.plan.get("area_office", ()):
        name_area_office(row)
    catalogue.import_guides(actor=SYSTEM, folder=GUIDES)


def load_services() -> None:
    """Publish the service definitions that come with the rooms."""
    for folder in definition_folders():
        draft = catalogue.load(actor=SYSTEM, folder=folder)
        if draft.version.state == Version.State.DRAFT:
            catalogue.publish(actor=SYSTEM, version=draft.version, basis=BASIS)


def name_area_office(row: Mapping[str, Any]) -> None:
    """Say who handles a service for another area. row: service, department, basis, roles, contacts, remedies."""
    service = Service.objects.offered_as(row["service"])
    if service is None:  # its city system may be taken out of the house
        return
    catalogue.put_area_office(
        actor=SYSTEM,
        service=service,
        department=Department.objects.get(key=row["department"]),
        roles=row["roles"],
        contacts=row["contacts"],
        remedies=row["remedies"],
        basis=row["basis"],
    )


def definition_folders() -> list[Path]:
    """Return the folders of the definitions that come with the rooms, in `definitions/<code>/`."""
    return sorted(file.parent for room in rooms() for file in Path(room.path).glob("definitions/*/service.toml"))
