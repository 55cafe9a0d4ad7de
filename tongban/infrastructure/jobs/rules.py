"""How long to wait before the next attempt."""

from datetime import timedelta


def backoff(attempts: int) -> timedelta:
    """Return the wait after that many failed attempts: 2 s, 4 s, 8 s … at most an hour."""
    return timedelta(seconds=min(2**attempts, 3600))
