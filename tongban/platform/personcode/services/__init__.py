"""The verbs of person codes: showing one's own, scanning another's, and what everybody may know to check one."""

from tongban.platform.personcode.services.scanning import (
    CodeForged,
    CodeOver,
    CodeUnknown,
    CodeUsed,
    NoScanPurpose,
    Scan,
    scan,
    scans_of,
    tidy,
)
from tongban.platform.personcode.services.showing import NotIdentified, ShownCode, keys, show

__all__ = [
    "CodeForged",
    "CodeOver",
    "CodeUnknown",
    "CodeUsed",
    "NoScanPurpose",
    "NotIdentified",
    "Scan",
    "ShownCode",
    "keys",
    "scan",
    "scans_of",
    "show",
    "tidy",
]
