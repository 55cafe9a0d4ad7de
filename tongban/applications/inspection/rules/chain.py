"""A chain of evidence: each link holds the digest of the one before, so that nothing is changed or left out unseen."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

FIRST = "0" * 64


def link_digest(previous: str, link: Mapping[str, Any]) -> str:
    """Return SHA-256 of a link: the digest before it, and its JSON with sorted keys, without spaces, in UTF-8."""
    text = json.dumps(link, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}|{text}".encode()).hexdigest()


def first_broken(links: Iterable[tuple[Mapping[str, Any], str, str]]) -> int | None:
    """Return the place, from 1, of the first link that does not hold; None where all do.

    links   (what it says, the digest before it as it was saved, its own digest as it was saved), in order
    """
    before = FIRST
    for place, (link, previous, own) in enumerate(links, 1):
        if previous != before or link_digest(previous, link) != own:
            return place
        before = own
    return None
