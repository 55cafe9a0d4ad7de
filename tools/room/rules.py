"""What may be written. Pure: no database, no clock, no Django."""

MAX_WORDS = 500


def problem(words: str) -> str:
    """Return what is wrong with what somebody wrote: "" for nothing, "empty" or "long"."""
    if not words.strip():
        return "empty"
    return "long" if len(words) > MAX_WORDS else ""
