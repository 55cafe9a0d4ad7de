"""What bundles keep: definitions, applications, zones."""

from tongban.applications.bundles.models.applications import (
    BundleApplication,
    BundleApplicationQuerySet,
    BundleItem,
    BundlePaper,
)
from tongban.applications.bundles.models.definitions import Bundle, BundleVersion
from tongban.applications.bundles.models.zones import Zone, ZoneEntry

__all__ = [
    "Bundle",
    "BundleApplication",
    "BundleApplicationQuerySet",
    "BundleItem",
    "BundlePaper",
    "BundleVersion",
    "Zone",
    "ZoneEntry",
]
