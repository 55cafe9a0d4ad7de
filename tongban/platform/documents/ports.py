"""What others may supply: what is said beside a paper wherever it is listed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.documents.models import Document


@dataclass(frozen=True)
class PaperNote:
    """A word about a paper, and why.

    colour   of a light: "green", "yellow", "red", "grey"
    lines    whole sentences
    """

    colour: str
    word: StrOrPromise
    lines: tuple[str, ...] = ()


# Documents with their files -> key of a document -> what is said of it; one question for a whole page.
NOTES: Registry[Callable[[Sequence[Document]], Mapping[int, PaperNote]]] = Registry("note on papers")
