"""What happens to documents. Each carries the public uid, never the content."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentAttached:
    """Somebody brought a file and it was taken in. digest: SHA-256 of the content."""

    uid: str
    kind: str
    origin: str
    digest: str
    source: str = ""


@dataclass(frozen=True)
class DocumentFetched:
    """A register answered, so that nobody had to bring a file. source: who answered."""

    uid: str
    kind: str
    origin: str
    digest: str
    source: str = ""


@dataclass(frozen=True)
class DocumentIssued:
    """The house issued a document; whoever holds this content holds the original."""

    uid: str
    kind: str
    origin: str
    digest: str
    source: str = ""
