"""Cells, components, centres, and the cases of urban management."""

from tongban.applications.streets.models.cases import StreetCase, StreetCaseQuerySet
from tongban.applications.streets.models.ground import StreetCell, StreetCentre, StreetComponent

__all__ = ["StreetCase", "StreetCaseQuerySet", "StreetCell", "StreetCentre", "StreetComponent"]
