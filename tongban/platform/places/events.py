"""What places tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AreasLoaded:
    """Areas were taken over from a table. `codes`: those that are new or changed."""

    source: str
    codes: list[str]
