"""Verbs of the catalogue, by journey: write definitions, import lists, find, show."""

from tongban.infrastructure.kernel.problems import Problem, sentence
from tongban.platform.catalogue.rules.service_index import SearchFilters
from tongban.platform.catalogue.services.acting import ActingService, acting_on
from tongban.platform.catalogue.services.area_offices import (
    AreaFixed,
    RoleWithoutOffice,
    area_choice,
    area_offices,
    end_area_office,
    put_area_office,
)
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
from tongban.platform.catalogue.services.guides import UnknownGuides, import_guides
from tongban.platform.catalogue.services.importing import ImportReport, UnknownItemList, import_items
from tongban.platform.catalogue.services.presenting import (
    Card,
    HeadingCount,
    HomePage,
    LimitTexts,
    cached,
    cards,
    count_uses,
    faulty_picture,
    home_page,
    limits,
    rates_in_force,
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
from tongban.platform.catalogue.services.succeeding import offered_at, take_over

__all__ = [
    "ActingService",
    "AreaFixed",
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
    "RoleWithoutOffice",
    "SearchFilters",
    "SearchResult",
    "SearchResults",
    "UnknownGuides",
    "UnknownItemList",
    "acting_on",
    "area_choice",
    "area_offices",
    "cached",
    "cards",
    "check",
    "count_uses",
    "end_area_office",
    "faulty_picture",
    "found_in",
    "guide_schema",
    "home_page",
    "import_guides",
    "import_items",
    "limits",
    "load",
    "nearest",
    "offered_at",
    "publish",
    "put_area_office",
    "questions",
    "rates_in_force",
    "record_failed_search",
    "search",
    "sentence",
    "suggest",
    "take_over",
    "withdraw",
]
