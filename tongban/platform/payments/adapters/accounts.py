"""The merchant account of a channel: a JSON file that the operator names, read anew when it was changed."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from tongban.platform.payments.ports import ChannelSilent


def account(file: str, needed: tuple[str, ...]) -> dict[str, Any]:
    """Return what the file says. Raises ChannelSilent where it is not there, or lacks something."""
    try:
        said = _read(file, Path(file).stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise ChannelSilent(f"{file} cannot be read: {error}") from error
    if missing := [name for name in needed if not said.get(name)]:
        raise ChannelSilent(f"{file} does not say: {', '.join(missing)}")
    return said


@lru_cache(maxsize=8)
def _read(file: str, _changed: int) -> dict[str, Any]:
    return dict(json.loads(Path(file).read_text(encoding="utf-8")))


class Merchant:
    """What every channel knows of the merchant account it works for.

    file     names the account; seconds: how long an answer may take
    needed   what the account has to say
    """

    needed: tuple[str, ...] = ()

    def __init__(self, file: Callable[[], str], seconds: Callable[[], float]) -> None:
        self._file, self._seconds = file, seconds

    @property
    def account(self) -> dict[str, Any]:
        return account(self._file(), self.needed)

    @property
    def wallet(self) -> str:
        return str(self.account.get("wallet", ""))
