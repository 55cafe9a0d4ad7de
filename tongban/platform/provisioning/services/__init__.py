"""The verbs of provisioning: what a directory elsewhere does to officials and departments, by SCIM 2.0."""

from tongban.platform.provisioning.services.departments import DepartmentDoor, DissolutionWaits
from tongban.platform.provisioning.services.directory import Door, base, chosen
from tongban.platform.provisioning.services.officials import OfficialDoor, OpenedAtTheDesk

DOORS: dict[str, Door] = {"Users": OfficialDoor(), "Groups": DepartmentDoor()}

__all__ = ["DOORS", "DissolutionWaits", "Door", "OpenedAtTheDesk", "base", "chosen"]
