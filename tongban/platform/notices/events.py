from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class NoticeSent:
    """A notice was put into an inbox; party or account is whose."""

    title: ClassVar[StrOrPromise] = _("Notice sent")

    notice: int
    key: str
    party: int | None
    account: int | None
    legal: bool
