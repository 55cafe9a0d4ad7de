"""What of a text that a directory sends is kept."""

from typing import NamedTuple

from tongban.infrastructure.kernel import text as typed


class Limit(NamedTuple):
    """attribute: as SCIM calls it; most: characters."""

    attribute: str
    most: int


class Unfit(ValueError):
    """A value cannot be kept; its words say which attribute, and why."""


def cleaned(text: str, limit: Limit) -> str:
    """Return a text as it is kept. Raises Unfit where it is too long, or holds what no database keeps."""
    if typed.unsaved(text):
        raise Unfit(f"{limit.attribute} holds characters that cannot be kept")
    kept = typed.prose(text)
    if len(kept) > limit.most:
        raise Unfit(f"{limit.attribute} has more than {limit.most} characters")
    return kept


def only(values: list[str], limit: Limit) -> str:
    """Return the one value of an attribute that may have several elsewhere; "" for none. Raises Unfit for more."""
    if len(values) > 1:
        raise Unfit(f"one value of {limit.attribute} is kept, {len(values)} were sent")
    return cleaned(values[0], limit) if values else ""
