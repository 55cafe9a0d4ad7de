"""What licences supply to rooms below: the face of a licence where a service brings none."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tongban.platform.documents import services as documents
from tongban.platform.letters import ports as letters

LICENCE_NAMES: Mapping[str, Any] = {
    **dict.fromkeys(
        ("number", "identifier", "kind_name", "holder", "issuer", "issued_on", "valid_from", "valid_until")
    ),
    "face": documents.ANYTHING,
}

CANCELLATION_NAMES: Mapping[str, Any] = dict.fromkeys(
    ("number", "holder", "kind_name", "licence_number", "issuer", "valid_until", "cause", "reason", "date")
)

letters.register(Path(__file__).parent / "letters" / "licence-cancellation.md", CANCELLATION_NAMES)
letters.register(Path(__file__).parent / "letters" / "licence.md", LICENCE_NAMES)
