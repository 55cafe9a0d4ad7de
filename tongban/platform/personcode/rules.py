"""What stands in a person's code, and what may be wrong with one, without any framework."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

# RFC 8725, 3.11: a type of its own, so that no other token of the city is taken for a code.
KIND = "person-code+jwt"
MAX_CODE = 1000
# Clocks of machines that scan may differ by so much.
MAX_AHEAD_SECONDS = 10


def encoded(data: bytes) -> str:
    """Return base 64 for addresses, without padding. Source: RFC 7515, 2."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def unsigned(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Return what of a compact JWS is signed. Source: RFC 7515, 5.1."""
    return ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))


def is_over(claims: Mapping[str, Any], *, now: int) -> bool:
    """Say whether a code is over, or from the future."""
    return bool(now >= int(claims["exp"]) or int(claims["iat"]) > now + MAX_AHEAD_SECONDS)
