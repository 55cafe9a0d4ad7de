"""Verbs of the catalogue, by journey: write definitions, import lists, find, show."""

from tongban.platform.catalogue.rules.finding import Filters
from tongban.platform.catalogue.services.checking import sentence
from tongban.platform.catalogue.services.definitions import (
    DefinitionBroken,
    Draft,
    NotADraft,
    NotInForce,
    check,
    found_in,
    load,
    publish,
    withdraw,
)
from tongban.platform.catalogue.services.guides import import_guides
from tongban.platform.catalogue.services.importing import Report, UnknownList, import_items
from tongban.platform.catalogue.services.questions import guide_schema, questions
from tongban.platform.catalogue.services.searching import (
    Result,
    Results,
    in_words,
    nearest,
    note_demand,
    search,
    suggest,
)
from tongban.platform.catalogue.services.showing import (
    Card,
    Front,
    Limits,
    Shelf,
    cards,
    count_uses,
    front,
    kept,
    limits,
)

__all__ = [
    "Card",
    "DefinitionBroken",
    "Draft",
    "Filters",
    "Front",
    "Limits",
    "NotADraft",
    "NotInForce",
    "Report",
    "Result",
    "Results",
    "Shelf",
    "UnknownList",
    "cards",
    "check",
    "count_uses",
    "found_in",
    "front",
    "guide_schema",
    "import_guides",
    "import_items",
    "in_words",
    "kept",
    "limits",
    "load",
    "nearest",
    "note_demand",
    "publish",
    "questions",
    "search",
    "sentence",
    "suggest",
    "withdraw",
]
