"""Expected errors: a person can do something about them, so they carry a sentence and a status."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


class Refusal(Exception):
    """The house says no, and why. Subclass it where it is raised; name it after the situation.

    message   one translated sentence, with %(name)s places for the keyword arguments
    status    403, 404, 409 or 422; 429 or 503 with `wait_seconds` where the same may be tried a little later
    field     name of the one answer it is about; "" where it is about the whole
    """

    status: ClassVar[int] = 409
    field: ClassVar[str] = ""
    message: ClassVar[StrOrPromise] = _("This cannot be done now.")

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(details)

    @property
    def wait_seconds(self) -> int:
        """How long to wait before it is tried again; 0 where waiting does not help."""
        return 0

    def __str__(self) -> str:
        return str(self.message) % {name: _written(value) for name, value in self.details.items()}


def _written(value: Any) -> Any:
    """Write a day as people do in the reader's language; a sentence is read, and no machine takes days from it."""
    if type(value) is not date:
        return value
    return date_format(value, "j F Y" if (get_language() or "").startswith("en") else "DATE_FORMAT")


class NotAllowed(Refusal):
    status = 403
    message = _("You do not have the duty needed for this.")


class NotFound(Refusal):
    status = 404
    message = _("There is nothing here that you may see.")


class Conflict(Refusal):
    status = 409
    message = _("Someone has changed this in the meantime. Reload the page and check it before you continue.")


class Damaged(Refusal):
    """What was saved is not what is found now; only the operator can put it right."""

    status = 409
    message = _("This record differs from what was saved, so it is not shown. This has been recorded for the operator.")


class Invalid(Refusal):
    """Some fields are wrong. `errors` maps a field's path to the sentences about it."""

    status = 422
    message = _("Some answers are missing or wrong.")

    def __init__(self, errors: Mapping[str, Sequence[StrOrPromise]] | None = None, **details: Any) -> None:
        self.errors = {name: [str(text) for text in texts] for name, texts in (errors or {}).items()}
        super().__init__(**details)
