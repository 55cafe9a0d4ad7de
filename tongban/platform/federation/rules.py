"""What OAuth 2 and OpenID Connect ask of a request, without any framework."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from hashlib import sha256
from urllib.parse import urlsplit

# Scope -> what it lets a system know.
SCOPES = ("openid", "profile", "email", "phone", "offline_access")


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier. Source: RFC 7636, 4.2."""
    return encoded(sha256(verifier.encode()).digest())


def is_verified(verifier: str, challenge: str) -> bool:
    """Say whether the verifier is the one the challenge was made of. Source: RFC 7636, 4.1 and 4.6."""
    fits = 43 <= len(verifier) <= 128 and verifier.isascii()
    return fits and hmac.compare_digest(challenge_of(verifier).encode(), challenge.encode())


def encoded(data: bytes) -> str:
    """Return base 64 for addresses, without padding. Source: RFC 7515, 2."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def subject(secret: str, client: str, account: str) -> str:
    """Return by what one system knows an account, so that two systems cannot compare. Source: OIDC Core, 8.1."""
    return hmac.new(secret.encode(), f"{client} {account}".encode(), sha256).hexdigest()


def scopes(asked: str, allowed: Collection[str]) -> list[str]:
    """Return the scopes that were asked for and may be given, in order."""
    return [scope for scope in SCOPES if scope in asked.split() and scope in allowed]


def redirect_problem(address: str) -> bool:
    """Say whether an address must not be redirected to: no fragment, https, or http on the same machine only."""
    parts = urlsplit(address)
    local = parts.hostname in {"localhost", "127.0.0.1"}
    return bool(parts.fragment) or not parts.hostname or parts.scheme not in ({"http", "https"} if local else {"https"})


def request_problem(asked: Mapping[str, str]) -> tuple[str, str]:
    """Return (error, description) for what is wrong with a request to sign somebody in; ("", "") where nothing is."""
    if asked.get("response_type") != "code":
        return "unsupported_response_type", "response_type must be code"
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope", "scope must contain openid"
    if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
        return "invalid_request", "PKCE with S256 is required"
    if any(len(value) > 512 for value in asked.values()):
        return "invalid_request", "a value is too long"
    return "", ""
