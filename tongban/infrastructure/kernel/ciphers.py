"""The one cipher of the house: AES-256-GCM, under keys derived from a secret, each for one purpose.

`crypto` keeps sensitive columns with it, `database` the cursors of lists.
"""

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
# Secrets of an installation, the old ones among them, times what they are for.
MAX_KEYS = 64


class Unreadable(ValueError):
    """What was closed is opened with another secret, purpose or location, or was changed meanwhile."""


def close(plain: bytes, *, secret: str, purpose: str, location: str) -> bytes:
    """Return nonce, ciphertext and tag.

    location   where the value belongs; it is authenticated, and not saved
    """
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(secret, purpose).encrypt(nonce, plain, location.encode())


def reveal(closed: bytes, *, secret: str, purpose: str, location: str) -> bytes:
    """Return what was closed. Raises Unreadable."""
    try:
        return _cipher(secret, purpose).decrypt(closed[:NONCE_BYTES], closed[NONCE_BYTES:], location.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable("it was changed after it was encrypted, or belongs elsewhere") from error


@lru_cache(maxsize=MAX_KEYS)
def derived(secret: str, purpose: str, length: int = 32) -> bytes:
    """Return the key of a secret for a purpose (HKDF-SHA-256); it says nothing of the keys for others."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=purpose.encode()).derive(secret.encode())


@lru_cache(maxsize=MAX_KEYS)
def _cipher(secret: str, purpose: str) -> AESGCM:
    return AESGCM(derived(secret, purpose))
