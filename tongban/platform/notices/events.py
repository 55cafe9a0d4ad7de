from dataclasses import dataclass


@dataclass(frozen=True)
class NoticeSent:
    """A notice was put into an inbox; party or account is whose."""

    notice: int
    key: str
    party: int | None
    account: int | None
    legal: bool
