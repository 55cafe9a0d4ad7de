"""The verbs of provisioning: what a directory elsewhere does to officials and departments, by SCIM 2.0."""

from tongban.platform.provisioning.services.departments import DepartmentDoor, DissolutionWaits
from tongban.platform.provisioning.services.directory import ScimDoor, base, chosen
from tongban.platform.provisioning.services.officials import OfficialDoor, OpenedAtTheDesk

DOORS: dict[str, ScimDoor] = {"Users": OfficialDoor(), "Groups": DepartmentDoor()}

__all__ = ["DOORS", "DissolutionWaits", "OpenedAtTheDesk", "ScimDoor", "base", "chosen"]
