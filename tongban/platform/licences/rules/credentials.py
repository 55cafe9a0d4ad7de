"""A licence as verifiable credential: SD-JWT (RFC 9901) and token status list, plain values in, plain values out."""

import base64
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

Sign = Callable[[bytes], bytes]

STATUS_BITS = 2
# Status types of the token status list: 0 valid, 1 invalid, 2 suspended.
STATUSES: Mapping[str, int] = {"valid": 0, "suspended": 2}
INVALID = 1
LIST_SIZE = 1 << 14


def encoded(content: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def disclosure(salt: str, name: str, value: Any) -> str:
    """Return the text that reveals one claim."""
    return encoded(json.dumps([salt, name, value], ensure_ascii=False).encode())


def digest(text: str) -> str:
    return encoded(sha256(text.encode()).digest())


def signed_token(head: Mapping[str, Any], claims: Mapping[str, Any], sign: Sign) -> str:
    """Return a JWS in compact form. sign: returns an ECDSA signature, r and s of 32 bytes each (ES256)."""
    body = ".".join(encoded(json.dumps(part, ensure_ascii=False).encode()) for part in (head, claims))
    return f"{body}.{encoded(sign(body.encode()))}"


def selective(
    head: Mapping[str, Any],
    claims: Mapping[str, Any],
    hidden: Mapping[str, Any],
    salts: Sequence[str],
    sign: Sign,
) -> str:
    """Return an SD-JWT with all its disclosures: the holder passes on those that somebody needs to see.

    hidden   claim -> value that are only there as digests; salts: one random text for each
    """
    disclosures = [disclosure(salt, name, value) for salt, (name, value) in zip(salts, hidden.items(), strict=True)]
    whole = {**claims, "_sd": sorted(digest(one) for one in disclosures), "_sd_alg": "sha-256"}
    return "~".join([signed_token(head, whole, sign), *disclosures, ""])


def status_list(states: Iterable[tuple[int, str]]) -> str:
    """Return the list of a batch: two bits for each place, packed and compressed. states: place, state."""
    packed = bytearray(LIST_SIZE * STATUS_BITS // 8)
    for place, state in states:
        packed[place >> 2] |= STATUSES.get(state, INVALID) << (place % 4 * STATUS_BITS)
    return encoded(zlib.compress(bytes(packed), 9))


def status_at(text: str, place: int) -> int:
    """Return the status that a list says of a place."""
    packed = zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return packed[place >> 2] >> (place % 4 * STATUS_BITS) & 3
