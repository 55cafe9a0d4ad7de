"""What a verb refuses is said where it was typed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm

from tongban.infrastructure.kernel.refusals import Invalid, Refusal


@contextmanager
def said_in(form: BaseForm) -> Iterator[None]:
    """Put what the verb inside refuses (409, 422, 429) onto the form: its page is shown again with all that was typed.

    `with said_in(form): verb(…)`, then ask `form.is_valid()` once more. Other refusals go on as they are.
    """
    try:
        yield
    except Invalid as refusal:
        for path, texts in refusal.errors.items():
            for text in texts:
                form.add_error(path if path in form.fields else None, text)
        if not refusal.errors:
            form.add_error(None, str(refusal))
    except Refusal as refusal:
        if refusal.status not in (409, 422, 429):
            raise
        form.add_error(None, str(refusal))
        form.wait_seconds = refusal.wait_seconds  # type: ignore[attr-defined]
