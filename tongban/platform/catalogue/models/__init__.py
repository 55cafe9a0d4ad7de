"""Services, their versions, and what people looked for in vain."""

from tongban.platform.catalogue.models.area_offices import AreaOffice
from tongban.platform.catalogue.models.changes import ServiceChange
from tongban.platform.catalogue.models.definitions import Definition, Version
from tongban.platform.catalogue.models.editions import Edition
from tongban.platform.catalogue.models.headings import Heading
from tongban.platform.catalogue.models.searches import FailedSearch
from tongban.platform.catalogue.models.services import Service

__all__ = [
    "AreaOffice",
    "Definition",
    "Edition",
    "FailedSearch",
    "Heading",
    "Service",
    "ServiceChange",
    "Version",
]
