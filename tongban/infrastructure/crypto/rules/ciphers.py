"""Secrets at rest: which key is made from which secret, and how an encrypted value is written."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from tongban.infrastructure.kernel.ciphers import Unreadable, close, derived, reveal

DATA_KEY = "tongban data key"
MARK = "enc2"


class UnreadableCiphertext(ValueError):
    """An encrypted value cannot be read: its key is not among those given, it was changed, or it was moved."""


class KeyMissing(UnreadableCiphertext):
    """The data key under which a value was encrypted is not among those given."""


def key_name(secret: str) -> str:
    """Return the public name of the data key made from this secret; it reveals nothing about the secret."""
    return derived(secret, "tongban data key id", 4).hex()


def prefix(secret: str) -> str:
    """Return how every value begins that was encrypted under this secret."""
    return f"{MARK}:{key_name(secret)}:"


def encrypt(text: str, secret: str, location: str) -> str:
    """Return "enc2:<key id>:<base64 of nonce, ciphertext, tag>" by AES-256-GCM with a random nonce.

    location   where the value belongs: table, column and row; it is authenticated, and not saved
    """
    closed = close(text.encode(), secret=secret, purpose=DATA_KEY, location=location)
    return prefix(secret) + base64.b64encode(closed).decode()


def decrypt(value: str, secrets: Sequence[str], location: str) -> str:
    """Return what was encrypted under one of the secrets for this location. Raises UnreadableCiphertext."""
    mark, _, rest = value.partition(":")
    name, _, body = rest.partition(":")
    if mark != MARK:
        raise UnreadableCiphertext("the value is not encrypted")
    for secret in secrets:
        if key_name(secret) == name:
            try:
                raw = base64.b64decode(body, validate=True)
                return reveal(raw, secret=secret, purpose=DATA_KEY, location=location).decode()
            except (Unreadable, binascii.Error, ValueError) as error:
                raise UnreadableCiphertext(
                    "the value was changed after it was encrypted, or belongs elsewhere"
                ) from error
    raise KeyMissing(f"the data key {name} is missing; set TONGBAN_DATA_KEY_OLD to the secret it was made from")


def lookup_key(secret: str) -> bytes:
    """Return the key of look-up digests that belongs to this secret; unrelated to the data key."""
    return derived(secret, "tongban look-up digest", 32)


def mac_key(secret: str) -> bytes:
    """Return the key by which the house knows what it has written itself; unrelated to the others."""
    return derived(secret, "tongban record", 32)


def mac(content: bytes, key: bytes) -> str:
    """Return the message authentication code (HMAC-SHA-256, hexadecimal) of a record."""
    return hmac.digest(key, content, "sha256").hex()


def digest(text: str, key: bytes) -> str:
    """Return the keyed digest (HMAC-SHA-256, hexadecimal) under which an encrypted identifier is found again."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
