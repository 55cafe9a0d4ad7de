"""What a letter tells the rest of the house."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class LetterIssued:
    """A formal letter was sealed and handed to whom it is for.

    origin   what it is about: "case:12"; number: its own; kind: name of its template
    """

    title: ClassVar[StrOrPromise] = _("Letter issued")

    origin: str
    number: str
    kind: str
