"""What happens to documents. Each carries the public uid, never the content."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class DocumentAttached:
    """Somebody brought a file and it was taken in. digest: SHA-256 of the content."""

    title: ClassVar[StrOrPromise] = _("File submitted")

    uid: str
    kind: str
    origin: str
    digest: str
    source: str = ""


@dataclass(frozen=True)
class DocumentFetched:
    """A register answered, so that nobody had to bring a file. source: who answered."""

    title: ClassVar[StrOrPromise] = _("Document fetched")

    uid: str
    kind: str
    origin: str
    digest: str
    source: str = ""


@dataclass(frozen=True)
class DocumentIssued:
    """The house issued a document; whoever holds this content holds the original.

    record   code of what anyone is told of it by its code; see `Document.code`
    """

    title: ClassVar[StrOrPromise] = _("Document issued")

    uid: str
    kind: str
    origin: str
    digest: str
    source: str = ""
    record: str = ""


@dataclass(frozen=True)
class FilesChecked:
    """Every kept file was compared with its digest.

    damaged   how many are missing or were changed; `digests` are the first of them
    """

    title: ClassVar[StrOrPromise] = _("Files compared with their digests")

    files: int
    damaged: int
    digests: list[str]


@dataclass(frozen=True)
class GlyphsMissing:
    """A paper cannot be made: no typeface has some of its characters. Heard by whoever tells the people it is about.

    origin   what it comes out of, "case:12"; kind: which paper
    shown    the characters with their codes
    """

    title: ClassVar[StrOrPromise] = _("Document waiting for a font")

    origin: str
    kind: str
    shown: str


@dataclass(frozen=True)
class GlyphsAdded:
    """A typeface has the characters now that a paper waited for. Heard by whoever makes it."""

    title: ClassVar[StrOrPromise] = _("Document can be produced now")

    origin: str
    kind: str
