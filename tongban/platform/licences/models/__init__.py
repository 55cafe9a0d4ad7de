"""Licences, their types, and what counts them."""

from tongban.platform.licences.models.copies import AnnotatedCopy
from tongban.platform.licences.models.kinds import LicenceKind
from tongban.platform.licences.models.register import MAX_IDENTIFIER, CheckCount, Licence, LicenceQuerySet, Serial
from tongban.platform.licences.models.showings import Showing

__all__ = [
    "MAX_IDENTIFIER",
    "AnnotatedCopy",
    "CheckCount",
    "Licence",
    "LicenceKind",
    "LicenceQuerySet",
    "Serial",
    "Showing",
]
