"""Names for things that outsiders see; they never reveal how many there are."""

import secrets
import uuid

# Crockford's base 32: no I, L, O, U, so that a number read aloud stays right.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def token(length: int = 12) -> str:
    """Return a random word of 5 bits a character, fit for URLs and for reading aloud."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def uid() -> uuid.UUID:
    return uuid.uuid4()


def is_uid(text: str) -> bool:
    """Say whether this can name a row that `uid` names."""
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True


def digits(length: int = 6) -> str:
    """Return random figures, fit for typing on a phone."""
    return "".join(secrets.choice("0123456789") for _ in range(length))
