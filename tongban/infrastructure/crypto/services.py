"""Digests for look-ups; keys, certificates and signatures of the house."""

from functools import cache

from tongban.infrastructure.crypto import rules
from tongban.infrastructure.crypto.fields import secrets
from tongban.infrastructure.crypto.models import Secret

LOOKUP = "look-up digest"


def digest_of(text: str) -> str:
    """Return the keyed digest under which an encrypted identifier is found again; the same after key rotation."""
    return rules.digest(text, lookup_key(secrets()[-1]))


@cache
def lookup_key(oldest: str) -> bytes:
    """Return the key of look-up digests: the one kept at the first rotation, else the one of the oldest secret."""
    kept = Secret.objects.filter(name=LOOKUP).first()
    return bytes.fromhex(kept.value) if kept else rules.lookup_key(oldest)
