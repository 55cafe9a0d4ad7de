"""On what time-stamping authorities may rest."""

import re
from contextlib import suppress
from functools import cache
from pathlib import Path

from django.conf import settings

PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)


def stampers() -> list[str]:
    """Return the certificates that time-stamping authorities may rest on, PEM."""
    with suppress(FileNotFoundError):
        return _certificates(settings.SEALS_TSA_ROOTS) if settings.SEALS_TSA_ROOTS else []
    return []


@cache
def _certificates(file: str) -> list[str]:
    return PEM.findall(Path(file).read_text())
