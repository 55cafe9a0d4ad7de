"""Verbs of the catalogue, by journey: write definitions, import lists, find, show."""

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

__all__ = [
    "DefinitionBroken",
    "Draft",
    "NotADraft",
    "NotInForce",
    "check",
    "load",
    "publish",
    "withdraw",
]
