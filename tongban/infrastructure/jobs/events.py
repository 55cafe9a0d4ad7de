from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import Text


@dataclass(frozen=True)
class JobRetried:
    """The operator gave work that had been given up another round of attempts."""

    title: ClassVar[Text] = _("Work tried again")
    job_id: int
    task: str
