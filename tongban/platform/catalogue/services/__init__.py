"""Verbs of the catalogue, by journey: write definitions, import lists, find, show."""

from tongban.infrastructure.kernel.problems import Problem, sentence
from tongban.platform.catalogue.rules.service_index import SearchFilters
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
from tongban.platform.catalogue.services.importing import ImportReport, UnknownItemList, import_items
from tongban.platform.catalogue.services.presenting import (
    Card,
    HeadingCount,
    HomePage,
    LimitTexts,
    cached,
    cards,
    count_uses,
    home_page,
    limits,
)
from tongban.platform.catalogue.services.questions import guide_schema, questions
from tongban.platform.catalogue.services.searching import (
    SearchResult,
    SearchResults,
    nearest,
    record_failed_search,
    search,
    suggest,
)

__all__ = [
    "Card",
    "DefinitionBroken",
    "Draft",
    "HeadingCount",
    "HomePage",
    "ImportReport",
    "LimitTexts",
    "NotADraft",
    "NotInForce",
    "Problem",
    "SearchFilters",
    "SearchResult",
    "SearchResults",
    "UnknownItemList",
    "cached",
    "cards",
    "check",
    "count_uses",
    "found_in",
    "guide_schema",
    "home_page",
    "import_guides",
    "import_items",
    "limits",
    "load",
    "nearest",
    "publish",
    "questions",
    "record_failed_search",
    "search",
    "sentence",
    "suggest",
    "withdraw",
]
