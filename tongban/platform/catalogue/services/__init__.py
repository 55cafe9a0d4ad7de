"""Verbs of the catalogue, by journey: write definitions, import lists, find, show."""

from tongban.platform.catalogue.rules.finding import Filters
from tongban.platform.catalogue.services.checking import sentence
from tongban.platform.catalogue.services.definitions import (
    DefinitionBroken,
    Draft,
    NotADraft,
    NotInForce,
    check,
    load,
    publish,
    withdraw,
)
from tongban.platform.catalogue.services.importing import Report, UnknownList, import_items
from tongban.platform.catalogue.services.searching import Result, Results, nearest, note_demand, search, suggest

__all__ = [
    "DefinitionBroken",
    "Draft",
    "Filters",
    "NotADraft",
    "NotInForce",
    "Report",
    "Result",
    "Results",
    "UnknownList",
    "check",
    "import_items",
    "load",
    "nearest",
    "note_demand",
    "publish",
    "search",
    "sentence",
    "suggest",
    "withdraw",
]
