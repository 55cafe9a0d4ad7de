"""What binds an answer to the sign-in that asked for it, without any framework."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier. Source: RFC 7636, 4.2."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def same(one: str, other: str) -> bool:
    """Say whether two secrets are the same one, and there is one; how long it takes tells nothing."""
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())
