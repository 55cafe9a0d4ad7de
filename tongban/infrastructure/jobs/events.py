from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class JobRetried:
    """The operator gave work that had failed too often another round of attempts."""

    title: ClassVar[StrOrPromise] = _("Background task retried")
    job_id: int
    task: str


@dataclass(frozen=True)
class JobGivenUp:
    """The operator let work be that had failed too often; the reason stands beside it."""

    title: ClassVar[StrOrPromise] = _("Background task abandoned")
    job_id: int
    task: str
