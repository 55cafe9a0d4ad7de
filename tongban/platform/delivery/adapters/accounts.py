"""The account at a carrier: a JSON file that the operator names, read anew when it was changed."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.transport import calling
from tongban.infrastructure.transport.ports import Unreachable
from tongban.platform.delivery.ports import CarrierSilent, Contact

BEIJING = timezone(timedelta(hours=8))
MOMENT = "%Y-%m-%d %H:%M:%S"
MAX_ANSWER_BYTES = 1024 * 1024
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


class Customer:
    """What every carrier knows of the account it works for.

    file     names the account; seconds: how long an answer may take
    codes    what the carrier's codes mean: code -> kind of `rules.KINDS`
    """

    needed: tuple[str, ...] = ()

    def __init__(
        self, file: Callable[[], str], seconds: Callable[[], float], codes: Callable[[], Mapping[str, str]]
    ) -> None:
        self._file, self._seconds, self._codes = file, seconds, codes

    @property
    def account(self) -> dict[str, Any]:
        """Return what the file says. Raises CarrierSilent where it is not there, or lacks something."""
        file = self._file()
        try:
            said = _read(file, Path(file).stat().st_mtime_ns)
        except (OSError, ValueError) as error:
            raise CarrierSilent(f"{file} cannot be read: {error}") from error
        if missing := [name for name in (*self.needed, "sender") if not said.get(name)]:
            raise CarrierSilent(f"{file} does not say: {', '.join(missing)}")
        return said

    @property
    def depot(self) -> str:
        return str(self.account.get("depot", ""))

    @property
    def sender(self) -> Contact:
        said = self.account["sender"]
        return Contact(*(str(said.get(name, "")) for name in Contact._fields))

    def check(self) -> list[StrOrPromise]:
        try:
            _known = self.account
        except CarrierSilent as silent:
            return [str(silent)]
        return []

    def _kind(self, code: str) -> str:
        return self._codes().get(code, "note")

    def _posted(self, body: bytes) -> dict[str, Any]:
        """Post a form to the carrier and return the JSON it answers. Raises CarrierSilent."""
        try:
            answer = calling.call(
                "POST",
                self.account["url"],
                headers=FORM,
                body=body,
                seconds=self._seconds(),
                most_bytes=MAX_ANSWER_BYTES,
            )
        except Unreachable as silent:
            raise CarrierSilent(str(silent)) from silent
        if answer.status != 200:
            raise CarrierSilent(f"it answers {answer.status}")
        return read_object(answer.body)


def read_object(body: bytes | str) -> dict[str, Any]:
    """Return the JSON object in a text. Raises CarrierSilent where it is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CarrierSilent("what it answers cannot be read") from error
    if not isinstance(said, dict):
        raise CarrierSilent("what it answers is no object")
    return said


def moment(text: object) -> datetime:
    """Read a moment as carriers write it, in the time of Beijing. Raises ValueError."""
    return datetime.strptime(str(text)[:19].replace("T", " "), MOMENT).replace(tzinfo=BEIJING)


@lru_cache(maxsize=8)
def _read(file: str, _changed: int) -> dict[str, Any]:
    return dict(json.loads(Path(file).read_text(encoding="utf-8")))
