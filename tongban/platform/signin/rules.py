"""One-time codes of authenticator apps, and codes for the day on which one has lost the phone."""

import hmac
from base64 import b32encode
from collections.abc import Iterable
from urllib.parse import quote, urlencode

PERIOD_SECONDS = 30
DIGITS = 6
# A clock may be that many periods ahead or behind; RFC 6238, 5.2 recommends one at most.
DRIFT = 1
# Without letters and figures that look alike.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def one_time_code(secret: bytes, counter: int, *, digits: int = DIGITS, digest: str = "sha1") -> str:
    """Return the code for a counter. Source: RFC 4226, 5.3; RFC 6238 for other digests."""
    mac = hmac.digest(secret, counter.to_bytes(8, "big"), digest)
    at = mac[-1] & 0xF
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def counter_at(seconds: float) -> int:
    """Return the counter for a moment, in seconds since 1970. Source: RFC 6238, 4.2."""
    return int(seconds) // PERIOD_SECONDS


def matching_counter(secret: bytes, typed: str, *, now: int, used: int) -> int | None:
    """Return the counter whose code was typed; None where it is wrong, or was used before.

    now    the counter of this moment
    used   the latest counter whose code was taken: it and all before are void (RFC 6238, 5.2)
    """
    for counter in range(max(now - DRIFT, used + 1), now + DRIFT + 1):
        if hmac.compare_digest(one_time_code(secret, counter).encode(), typed.encode()):
            return counter
    return None


def setup_address(secret: bytes, *, issuer: str, login: str) -> str:
    """Return what the QR code says to an authenticator app. Source: Key URI Format of Google Authenticator."""
    label = quote(f"{issuer}:{login}", safe="")
    words = {"secret": typed_secret(secret), "issuer": issuer, "digits": DIGITS, "period": PERIOD_SECONDS}
    return f"otpauth://totp/{label}?{urlencode(words, quote_via=quote)}"


def typed_secret(secret: bytes) -> str:
    """Return the secret as people type it into an app: base 32, RFC 4648."""
    return b32encode(secret).decode().rstrip("=")


def only_digits(typed: str) -> str:
    """Return a typed code without the spaces that apps show in the middle."""
    return "".join(typed.split())


def recovery_code(numbers: Iterable[int]) -> str:
    """Return a code to be written on paper, "k7mq-x2vd-9gtn", from random numbers."""
    letters = [_ALPHABET[number % len(_ALPHABET)] for number in numbers]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, len(letters), 4))


def normal_recovery_code(typed: str) -> str:
    """Return a recovery code as it is digested: small letters and figures alone."""
    return "".join(character for character in typed.lower() if character.isalnum())
