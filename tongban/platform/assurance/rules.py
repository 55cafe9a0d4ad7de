"""Levels of assurance, and what makes one."""

import hmac
from collections.abc import Iterable
from hashlib import sha256

REGISTERED, MATCHED, REAL_PERSON, IN_PERSON = 1, 2, 3, 4
LEVELS = (REGISTERED, MATCHED, REAL_PERSON, IN_PERSON)
# Which level each kind of evidence gives.
GIVES = {"register": MATCHED, "real-person": REAL_PERSON, "window": IN_PERSON}


def level(*, has_party: bool, evidence: Iterable[int]) -> int:
    """Return the level of an account: the highest that its evidence gives.

    has_party   it belongs to somebody whose name and number were compared when it was opened or joined
    evidence    levels of what counts today
    Source: levels 1–4 of the national platform (未实名, 初级, 高级, 更高).
    """
    return max([MATCHED if has_party else REGISTERED, *evidence])


def signature(secret: str, body: bytes) -> str:
    """Return what a message between the house and the verifier is signed with: HMAC with SHA-256, hexadecimal."""
    return hmac.new(secret.encode(), body, sha256).hexdigest()


def is_signed(secret: str, body: bytes, given: str) -> bool:
    return hmac.compare_digest(signature(secret, body).encode(), given.encode())
